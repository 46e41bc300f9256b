"""Makes a real GGUF file of less than 1 MB whose weights are constructed, not trained: llama.cpp loads it and decodes it.

It is a chain of pieces of sentences. The embedding of each piece is a direction of its own, attention and feed-forward are
computed and add nothing, so what follows a piece depends on it alone, as the output matrix says. Its tokenizer is real too:
byte-level BPE with merges learned from the persona's instructions. What it says was written here; it understands nothing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from sidecast.dialogue.persona import load_persona

HEAD_DIM = 32
FEED_FORWARD = 64
CONTEXT = 8192
CERTAIN = 40.0
"""Logit of what may follow; everything else has 0."""
TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
END, SYSTEM, USER, START = CONTROL = ("<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
PLACES = (
    ("[happy]", "[thinking]", "[surprised]"),
    (" Oh,", " Well,", " Honestly,"),
    (" that", " this one"),
    (" is",),
    (" a lovely", " a tricky", " a very good"),
    (" question.", " thought!", " plan."),
    (" I would", " We could", " Let us"),
    (" try", " look for"),
    (" the left", " the mossy", " the 3.5 metre"),
    (" door", " lantern", " bridge"),
    (" first,", " again,"),
    (" and then we", " and later we"),
    (" see", " decide"),
    (" what happens.", " how it goes."),
    (" The fox", " My tail"),
    (" likes", " hears"),
    (" the sound of it", " such ideas"),
    (" already!", " (nod) too!"),
)
"""Place after place, each with its choices, all equally likely. No piece stands twice, for tokens are unique."""


def make_tiny_gguf(path: Path, *, layers: int = 2, endless: bool = False, template: str = TEMPLATE) -> Path:
    """
    Args:
        endless: the last place leads back to the first, and the model never ends by itself.
    """
    merges, words = _learned(load_persona().instructions)
    pieces = [_as_token(piece) for piece in itertools.chain(*PLACES)]
    assert len(set(pieces)) == len(pieces), "no piece stands twice: tokens are unique"
    tokens = [*CONTROL, *words, *(piece for piece in pieces if piece not in words)]
    # what is only read shares the first direction; what may be followed by something has its own
    number = {token: index for index, token in enumerate(tokens)}
    direction = {token: index for index, token in enumerate([START, *pieces], start=1)}
    width = math.ceil((len(direction) + 1) / HEAD_DIM) * HEAD_DIM
    embedding = np.zeros((len(tokens), width), np.float32)
    for token, index in number.items():
        embedding[index, direction.get(token, 0)] = 1.0
    output = np.zeros((len(tokens), width), np.float32)
    for before, after in _steps(endless=endless):
        # the last norm makes a direction of length sqrt(width)
        output[number[after], direction[before]] = CERTAIN / math.sqrt(width)
    writer = _head(path, tokens, merges, width, layers)
    writer.add_chat_template(template)
    _weights(writer, embedding, output, layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _steps(*, endless: bool) -> list[tuple[str, str]]:
    row = [[START], *[[_as_token(piece) for piece in place] for place in PLACES]]
    row.append(row[1] if endless else [END])
    return [step for before, after in itertools.pairwise(row) for step in itertools.product(before, after)]


def _head(path: Path, tokens: Sequence[str], merges: Sequence[str], width: int, layers: int) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("sidecast-tiny")
    writer.add_description("a constructed chain of pieces of sentences, for tests")
    writer.add_license("GPL-3.0-or-later")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(width // HEAD_DIM)
    writer.add_head_count_kv(width // HEAD_DIM)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HEAD_DIM)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(tokens))
    kinds = [gguf.TokenType.CONTROL] * len(CONTROL) + [gguf.TokenType.NORMAL] * (len(tokens) - len(CONTROL))
    writer.add_token_types(kinds)
    writer.add_token_merges(list(merges))
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(False)
    return writer


def _weights(writer: gguf.GGUFWriter, embedding: np.ndarray, output: np.ndarray, layers: int) -> None:
    width = embedding.shape[1]
    chance = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.02, shape).astype(np.float32)

    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    writer.add_tensor("output.weight", output)
    for layer in range(layers):
        block = f"blk.{layer}"
        writer.add_tensor(f"{block}.attn_norm.weight", np.ones(width, np.float32))
        writer.add_tensor(f"{block}.ffn_norm.weight", np.ones(width, np.float32))
        for part in ("q", "k", "v"):
            writer.add_tensor(f"{block}.attn_{part}.weight", some(width, width))
        for part in ("gate", "up"):
            writer.add_tensor(f"{block}.ffn_{part}.weight", some(FEED_FORWARD, width))
        # computed, and added as nothing
        writer.add_tensor(f"{block}.attn_output.weight", np.zeros((width, width), np.float32))
        writer.add_tensor(f"{block}.ffn_down.weight", np.zeros((width, FEED_FORWARD), np.float32))


def _learned(text: str) -> tuple[list[str], list[str]]:
    """Merges, and the tokens that they and the single bytes make."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=512, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    text = tokenizer.to_str()

    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in json.loads(text)["model"]["merges"]]
    return merges, [token for token, _ in vocabulary]


def _as_token(text: str) -> str:
    """As byte-level BPE writes it: GPT-2 gives the bytes that cannot be seen the characters from U+0100 on."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    unseen = [byte for byte in range(256) if byte not in seen]
    signs = {byte: chr(byte) for byte in seen} | {byte: chr(256 + n) for n, byte in enumerate(unseen)}
    return "".join(signs[byte] for byte in text.encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--endless", action="store_true")
    asked = parser.parse_args()
    make_tiny_gguf(asked.path, endless=asked.endless)
