"""OBS's own configuration, so that it starts without a wizard and with its WebSocket server on: OBS 29 to 32.

OBS up to 30 reads `global.ini`, later ones `user.ini`. obs-websocket of OBS 29 is set up in that file, later ones in a JSON file
of their own. All are written, so that any OBS finds its own.
"""

from __future__ import annotations

import json
from pathlib import Path

WIDTH, HEIGHT, FPS = 640, 360, 30
_GENERAL = """[General]
FirstRun=true
ConfirmOnExit=false
EnableAutoUpdates=false
[Basic]
Profile=Test
ProfileDir=Test
SceneCollection=Test
SceneCollectionFile=Test
[BasicWindow]
SysTrayEnabled=false
PreviewEnabled=false
[OBSWebSocket]
FirstLoad=false
ServerEnabled={enabled}
ServerPort={port}
AlertsEnabled=false
AuthRequired=true
ServerPassword={password}
"""
_PROFILE = """[General]
Name=Test
[Output]
Mode=Simple
[SimpleOutput]
FilePath={videos}
RecFormat2=mkv
RecFormat=mkv
RecQuality=Stream
VBitrate=1000
StreamEncoder=x264
RecEncoder=x264
Preset=ultrafast
RecRB=true
RecRBTime=10
RecRBSize=64
[Video]
BaseCX={width}
BaseCY={height}
OutputCX={width}
OutputCY={height}
FPSType=0
FPSCommon={fps}
[Audio]
SampleRate=48000
ChannelSetup=Stereo
[Hotkeys]
ReplayBuffer={hotkeys}
"""
_HOTKEYS = {"ReplayBuffer.Save": [{"key": "OBS_KEY_F9"}]}
"""Without one, OBS does not start its replay buffer but shows a dialog."""


def write(home: Path, *, port: int, password: str, videos: Path, server: bool = True) -> None:
    """Below `home`, which OBS is given as `XDG_CONFIG_HOME`; `server`: whether the WebSocket server is on."""
    folder = home / "obs-studio"
    profile, plugin = folder / "basic" / "profiles" / "Test", folder / "plugin_config" / "obs-websocket"
    for each in (profile, plugin, folder / "basic" / "scenes", videos):
        each.mkdir(parents=True, exist_ok=True)
    general = _GENERAL.format(port=port, password=password, enabled=str(server).lower())
    for name in ("global.ini", "user.ini"):
        (folder / name).write_text(general, "utf-8")
    filled = _PROFILE.format(videos=videos, width=WIDTH, height=HEIGHT, fps=FPS, hotkeys=json.dumps(_HOTKEYS))
    (profile / "basic.ini").write_text(filled, "utf-8")
    settings = {
        "alerts_enabled": False,
        "auth_required": True,
        "first_load": False,
        "server_enabled": server,
        "server_password": password,
        "server_port": port,
    }
    (plugin / "config.json").write_text(json.dumps(settings), "utf-8")
