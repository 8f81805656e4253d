"""Writes the icon of the pages, favicon.ico: the steps of a discretized line. Running it again writes the same bytes.

    python src/test/python/make_icon.py
"""

import pathlib
import struct
import zlib

ICON = pathlib.Path(__file__).parents[2] / "main" / "resources" / "static" / "favicon.ico"

SIZE, STEP = 32, 8
GROUND, STEPS, LINE = (11, 87, 208, 255), (255, 255, 255, 255), (138, 180, 248, 255)


def pixel(x, y):
    if y >= SIZE - STEP * (x // STEP) - STEP // 2:
        return STEPS
    return LINE if abs(SIZE - 1 - y - x) <= 1 else GROUND


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


rows = b"".join(b"\0" + bytes(v for x in range(SIZE) for v in pixel(x, y)) for y in range(SIZE))
png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
       + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
# One image, of 32 bits a pixel, right behind the directory of 22 bytes.
ICON.write_bytes(struct.pack("<HHHBBBBHHII", 0, 1, 1, SIZE, SIZE, 0, 0, 1, 32, len(png), 22) + png)
