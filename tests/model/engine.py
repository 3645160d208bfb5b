"""A language model that is small enough to be written by hand, served by llama.cpp's own server.

    engine.py FOLDER [KEY]

reads JSON from standard input (`system` and `first`, texts of the prompt, and `after_nonce`, what stands behind the
nonce in the second question), writes FOLDER/model.gguf, prints the port that it serves on, and ends when its standard
input does: whoever started it may die in any way.

One layer, two heads, every weight set on purpose. The first head takes the mean over everything that was read, and so
knows whether one of the WORDS was in it. The second looks back by a fixed number of tokens, and so copies the nonce.
What is said depends on the last token and on these two:

    doomed     "block" in stage 1, block in stage 2
    doubtful   "block" in stage 1, allow in stage 2
    babbling   "block" in stage 1, and in stage 2 something else than was asked for
    otherwise  "allow" in stage 1, allow in stage 2
"""

import json
import math
import os
import re
import struct
import sys
from array import array

WIDTH, HEAD, CONTEXT = 96, 64, 16384
ROPE_BASE = 10000.0
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WORDS = ("doomed", "doubtful", "babbling")
ALLOW_TAIL = "\nREASON: Nothing would be lost.\nRISK: low\nCONSENT: implied\nCATEGORY: none\nVERDICT: allow"
BLOCK_TAIL = "\nREASON: What is doomed would be gone for good.\nRISK: high\nCONSENT: implied\nCATEGORY: data-loss\nVERDICT: block"
BABBLE_TAIL = "\nCertainly! Here is what I think.\nVERDICT: allow"
TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6

# Channels of the residual stream. Each token has one state and one mark, so that all are of the same length.
START, WRITING, DONE, IDLE, PLAIN, DOOMED, DOUBTFUL, BABBLING, SECOND = range(9)
STATES, MARKS = (START, WRITING, DONE, IDLE), (DOOMED, DOUBTFUL, BABBLING, SECOND)
IDENTITY = 9  # and the 36 behind it: the letters, then the line break
COPIES = len(LETTERS) + 1
COPIED = IDENTITY + COPIES
MEAN = COPIED + COPIES
assert MEAN + len(MARKS) <= WIDTH
# What normalising makes of a 1 in a token.
UNIT = math.sqrt(WIDTH / 2)


class Vocabulary:
    """Texts, each with its type, state and mark."""

    def __init__(self, texts):
        self.tokens = []
        for text in ("<unk>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"):
            self.add(text, UNKNOWN if text == "<unk>" else CONTROL, START if text == "<|assistant|>" else IDLE)
        for byte in range(256):
            self.add(f"<0x{byte:02X}>", BYTE)
        self.add("▁", NORMAL)
        self.add("\n", NORMAL, IDLE, IDENTITY + len(LETTERS))
        for code in range(0x21, 0x7F):
            at = LETTERS.find(chr(code))
            self.add(chr(code), NORMAL, IDLE if at < 0 else WRITING, PLAIN if at < 0 else IDENTITY + at)
        for word, mark in zip(WORDS, MARKS):
            self.add(word, USER_DEFINED, IDLE, mark)
        self.add("NONCE: ", USER_DEFINED, WRITING, SECOND)
        for text in ("allow", "block", ALLOW_TAIL, BLOCK_TAIL, BABBLE_TAIL):
            self.add(text, USER_DEFINED, DONE)
        # A token for each word of the prompt, as in a real model.
        for word in sorted(set(re.findall(" [A-Za-z]{3,}", " ".join(texts)))):
            if word[1:] not in WORDS:
                self.add(word, USER_DEFINED)

    def add(self, text, kind, state=IDLE, mark=PLAIN):
        self.tokens.append((text, kind, state, mark))

    def id(self, text):
        return next(at for at, token in enumerate(self.tokens) if token[0] == text)

    def length(self, text):
        """How many tokens the server will make of an ASCII text."""
        whole = sorted((token[0] for token in self.tokens if token[1] == USER_DEFINED), key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, whole))})", text)
        return sum(len(part) if at % 2 == 0 else 1 for at, part in enumerate(parts))


class Matrix:
    """Weights of `outputs` sums over `inputs` numbers, in the order of the file."""

    def __init__(self, inputs, outputs):
        self.shape, self.cells = (inputs, outputs), array("f", bytes(4 * inputs * outputs))

    def set(self, output, source, weight):
        self.cells[output * self.shape[0] + source] = weight


def looking_back(distance):
    """Queries and keys that fit each other best at this distance: a rotation for each frequency, undone by it."""
    angles = [ROPE_BASE ** (-2 * pair / HEAD) for pair in range(HEAD // 2)]
    # Large enough that the next best place counts for nothing.
    size = math.sqrt(80 * math.sqrt(HEAD)) / UNIT
    query, key = [], []
    for angle in angles:
        query += [size, 0.0]
        key += [size * math.cos(angle * distance), size * math.sin(angle * distance)]
    return query, key


def tensors(vocabulary, distance):
    gate, letter, second, plain = 1e7, 1e6, 5e3, 1e2
    size = len(vocabulary.tokens)
    embedding, output = Matrix(WIDTH, size), Matrix(WIDTH, size)
    q, k, v = (Matrix(WIDTH, 2 * HEAD) for _ in range(3))
    joined = Matrix(2 * HEAD, WIDTH)

    for at, (_, _, state, mark) in enumerate(vocabulary.tokens):
        embedding.set(at, state, 1.0)
        embedding.set(at, mark, 1.0)
    # The first head: without queries everything counts alike. Its mean is multiplied by the longest text there can be.
    for at, mark in enumerate(MARKS):
        v.set(at, mark, 1.0)
        joined.set(MEAN + at, at, 65536.0 / UNIT)
    # The second head.
    for at, (query, key) in enumerate(zip(*looking_back(distance))):
        for state in STATES:
            q.set(HEAD + at, state, query)
            k.set(HEAD + at, state, key)
    for at in range(COPIES):
        v.set(HEAD + at, IDENTITY + at, 1.0)
        joined.set(COPIED + at, HEAD + at, 1.0 / UNIT)

    def said(text, state, weights):
        at = vocabulary.id(text)
        for other in STATES:
            output.set(at, other, 0.0 if other == state else -gate)
        for channel, weight in weights.items():
            output.set(at, channel, output.cells[at * WIDTH + channel] + weight)

    doomed, doubtful, babbling, asked = (MEAN + at for at in range(len(MARKS)))
    for at in range(size):
        for state in STATES:
            output.set(at, state, -gate)
    said("allow", START, {START: plain})
    said("block", START, {doomed: plain, doubtful: plain, babbling: plain})
    said("NONCE: ", START, {asked: second})
    for at, char in enumerate(LETTERS):
        said(char, WRITING, {COPIED + at: letter})
    end = {COPIED + len(LETTERS): letter}
    said(ALLOW_TAIL, WRITING, end | {WRITING: plain})
    said(BLOCK_TAIL, WRITING, end | {doomed: plain})
    said(BABBLE_TAIL, WRITING, end | {babbling: plain})
    said("<|end|>", DONE, {})

    ones = array("f", [1.0] * WIDTH)
    return {
        "token_embd.weight": embedding, "output.weight": output, "output_norm.weight": ones,
        "blk.0.attn_norm.weight": ones, "blk.0.ffn_norm.weight": ones,
        "blk.0.attn_q.weight": q, "blk.0.attn_k.weight": k, "blk.0.attn_v.weight": v,
        "blk.0.attn_output.weight": joined,
        # Nothing is added by the second half of the layer.
        "blk.0.ffn_gate.weight": Matrix(WIDTH, 32), "blk.0.ffn_up.weight": Matrix(WIDTH, 32),
        "blk.0.ffn_down.weight": Matrix(32, WIDTH),
    }  # fmt: skip


# --- the file: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md ----------------------------------------

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    formats = {UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}

    def plain(kind, value):
        return text(value) if kind == STRING else struct.pack(formats[kind], value)

    if isinstance(value, list):
        body = struct.pack("<IIQ", ARRAY, kind, len(value)) + b"".join(plain(kind, item) for item in value)
    else:
        body = struct.pack("<I", kind) + plain(kind, value)
    return text(key) + body


def padded(data):
    return data + bytes(-len(data) % 32)


def gguf(vocabulary, weights):
    entries = [
        entry("general.architecture", STRING, "llama"),
        entry("general.name", STRING, "forestall-test"),
        entry("llama.vocab_size", UINT32, len(vocabulary.tokens)),
        entry("llama.context_length", UINT32, CONTEXT),
        entry("llama.embedding_length", UINT32, WIDTH),
        entry("llama.block_count", UINT32, 1),
        entry("llama.feed_forward_length", UINT32, 32),
        entry("llama.attention.head_count", UINT32, 2),
        entry("llama.attention.head_count_kv", UINT32, 2),
        entry("llama.attention.key_length", UINT32, HEAD),
        entry("llama.attention.value_length", UINT32, HEAD),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-6),
        entry("llama.rope.dimension_count", UINT32, HEAD),
        entry("llama.rope.freq_base", FLOAT32, ROPE_BASE),
        entry("tokenizer.ggml.model", STRING, "llama"),
        entry("tokenizer.ggml.tokens", STRING, [token[0] for token in vocabulary.tokens]),
        entry("tokenizer.ggml.scores", FLOAT32, [0.0] * len(vocabulary.tokens)),
        entry("tokenizer.ggml.token_type", INT32, [token[1] for token in vocabulary.tokens]),
        entry("tokenizer.ggml.unknown_token_id", UINT32, 0),
        entry("tokenizer.ggml.bos_token_id", UINT32, 1),
        entry("tokenizer.ggml.eos_token_id", UINT32, 1),
        entry("tokenizer.ggml.add_bos_token", BOOL, False),
        entry("tokenizer.ggml.add_space_prefix", BOOL, False),
        entry("tokenizer.chat_template", STRING, TEMPLATE),
    ]
    infos, data = [], b""
    for name, weight in weights.items():
        shape = weight.shape if isinstance(weight, Matrix) else (len(weight),)
        cells = weight.cells if isinstance(weight, Matrix) else weight
        infos.append(text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data)))
        data += padded(cells.tobytes())
    head = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(entries)) + b"".join(entries + infos)
    return padded(head) + data


def main():
    folder, key = sys.argv[1], sys.argv[2:]
    prompt = json.loads(sys.stdin.readline())
    vocabulary = Vocabulary([prompt["system"], prompt["first"], prompt["after_nonce"]])
    # From the token behind which the first character of the nonce is written back to that character in the question:
    # the nonce, what follows it, the end of the turn and the beginning of the answer.
    distance = 8 + vocabulary.length(prompt["after_nonce"]) + 2
    path = os.path.join(folder, "model.gguf")
    with open(path, "wb") as file:
        file.write(gguf(vocabulary, tensors(vocabulary, distance)))

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {"forestall-test"}
    params.n_ctx = CONTEXT
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.fit_params = False
    params.api_keys = key
    server = xllamacpp.Server(params)
    print("listening", server.listening_address, flush=True)
    sys.stdin.read()
    # The server's threads need no goodbye.
    os._exit(0)


if __name__ == "__main__":
    main()
