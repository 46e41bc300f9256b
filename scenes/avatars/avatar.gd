@tool
@abstract class_name Avatar
extends Node2D
## What the show asks of any avatar: parameters in, pixels out. Subclass it in a scene of its own under scenes/avatars/<name>/.
##
## The show calls `set_visemes` every frame, `express` and `gesture` when a cue is due, `attend` when the host's state
## changes, `set_pixel_scale` when the window changes. Everything else (breathing, blinking, looking about) is the
## avatar's own life.

## What the host is busy with; names of the wire's `Status.state`.
enum Attention { LISTENING, THINKING, SPEAKING, AWAY }

## Names that `set_parameter` takes.
@abstract func parameters() -> PackedStringArray

## Sets one parameter, clamped to its range; an unknown name is an error.
@abstract func set_parameter(parameter: StringName, value: float) -> void

## Shows a mood. Unknown moods show `neutral`.
@abstract func express(mood: StringName) -> void

## Plays a gesture once. Unknown ones are left out with a warning.
@abstract func gesture(gesture_name: StringName) -> void

## Mouth shapes of this frame in the order of `Visemes.NAMES`. Their sum (0..1) says how much of the mouth speech owns;
## the rest belongs to the mood.
@abstract func set_visemes(weights: PackedFloat32Array) -> void

## Poses for what the host is busy with.
@abstract func attend(to: Attention) -> void

## A quick look aside: x -1 (left on screen) .. 1, y -1 (up) .. 1.
@abstract func glance(towards: Vector2) -> void

## Size of the picture in the avatar's own units; its bottom edge stands on the bottom of the window.
@abstract func canvas_size() -> Vector2

## What must never be covered, in the avatar's own units.
@abstract func face_rect() -> Rect2

## Where speech bubbles point to, in the avatar's own units.
@abstract func mouth_at() -> Vector2

## How many window pixels one of the avatar's units takes: textures and edges are made to fit.
@abstract func set_pixel_scale(pixels: float) -> void


func set_parameters(values: Dictionary) -> void:
	for parameter: StringName in values:
		set_parameter(parameter, values[parameter])
