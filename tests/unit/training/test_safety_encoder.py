"""The cut vocabulary, and the network that is trained and exported."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from training.safety.vocabulary import SPECIAL, minilm_dir, numbers_of, pieces, tokenizer_json

pytestmark = pytest.mark.unit

SEEN = ["streamer plays the game again and again", "chat says the streamer plays well"]


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vocabulary") / "tokenizer.json"
    path.write_text(tokenizer_json(pieces(SEEN, 400)), "utf-8")
    return path


def test_the_vocabulary_keeps_what_was_seen_and_every_single_character() -> None:
    chosen = pieces(SEEN, 400)
    names = [piece for piece, _ in chosen]
    assert len(chosen) == len(set(names)) == 400
    assert tuple(names[: len(SPECIAL)]) == SPECIAL
    assert {"stream", "game", "again"} <= {*names} or {"streamer", "game", "again"} <= {*names}
    assert {*string.ascii_lowercase, *string.digits, *(f"##{letter}" for letter in string.ascii_lowercase)} <= {*names}


def test_cut_or_whole_what_was_seen_is_read_alike(cut: Path) -> None:
    whole, small = Tokenizer.from_file(str(minilm_dir() / "tokenizer.json")), Tokenizer.from_file(str(cut))
    whole.no_padding()
    numbers = numbers_of(cut)
    assert len(numbers) == small.get_vocab_size()
    for text in SEEN:
        assert [numbers[number] for number in small.encode(text).ids] == whole.encode(text).ids


def test_what_was_cut_is_spelled_and_never_unknown(cut: Path) -> None:
    small = Tokenizer.from_file(str(cut))
    found = small.encode("incomprehensibilities!? & zzz 77").tokens
    assert "[UNK]" not in found
    assert "".join(token.removeprefix("##") for token in found[1:-1]) == "incomprehensibilities!?&zzz77"


def test_padding_and_company_change_no_logit() -> None:
    torch = pytest.importorskip("torch", reason="torch is only needed for training")
    from training.safety.encoder import padded
    from training.safety.network import Encoder, Lower, Upper

    torch.manual_seed(1)
    encoder = Encoder(50, ("hate", "injection")).eval()
    texts = [[2, 7, 9, 3], [2, 8, 3], [2, *range(10, 40), 3]]
    with torch.no_grad():
        for head in encoder.heads:
            ids, mask = padded(texts)
            together = Upper(encoder, head)(Lower(encoder)(ids, mask), mask)
            for at, text in enumerate(texts):
                alone = encoder.logit(head, *padded([text])).sigmoid()
                assert torch.allclose(alone[0], together[at], atol=1e-5)


def test_an_encoder_begins_as_minilm() -> None:
    """Its last hidden states are those of the embedder that Sidecast ships, layer for layer."""
    torch = pytest.importorskip("torch", reason="torch is only needed for training")
    from safetensors.torch import load_file

    from sidecast.dialogue.minilm_graph import minilm
    from training.safety.encoder import padded
    from training.safety.network import bias_of, from_minilm

    weights = load_file(minilm_dir() / "model.safetensors")
    encoder = from_minilm(weights, list(range(2_000)), ("hate",)).eval()
    ids, mask = padded([[101, 1996, 1997, 102], [101, 1999, 102]])
    with torch.no_grad():
        hidden = encoder.trunk(ids, bias_of(mask))
        for layer in encoder.branch("hate").layers:
            hidden = layer(hidden, bias_of(mask))
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        ours = torch.nn.functional.normalize(mean, dim=1).numpy()
    import onnxruntime

    session = onnxruntime.InferenceSession(minilm({key: value.numpy() for key, value in weights.items()}).SerializeToString())
    theirs = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
    assert abs(ours - theirs).max() < 1e-4
