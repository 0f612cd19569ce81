"""Tells how archives differ, member by member: wheels (zip) and source archives (tar.gz).

Reads pairs of paths from standard input, as JSON, and writes a list for each: `[member, how]`, with an empty member for
the archive itself.
"""

import json
import sys
import tarfile
import time
import zipfile
import zlib


def main() -> None:
    """Answers all pairs at once, in their order."""
    json.dump([compare(*pair) for pair in json.load(sys.stdin)], sys.stdout)


def compare(before: str, after: str) -> list[list[str]]:
    """Tells at least one difference: the caller knows that the files are not the same."""
    try:
        old, new = members(before), members(after)
    except (OSError, tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error) as error:
        return [["", f"cannot be read as an archive: {error}"]]
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append([name, "is only in the first"])
        elif name not in old:
            found.append([name, "is only in the second"])
        else:
            found.extend([name, how] for how in differences(old[name], new[name]))
    if not found and list(old) != list(new):
        found.append(["", "the members stand in another order"])
    if not found:
        found.append(["", "the members are alike; they are packed differently, as other versions of Python or zlib do"])
    return found


def members(path: str) -> dict[str, dict[str, bytes | str | int]]:
    """What an archive says of each member, in the order in which they stand."""
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as archive:
            return {
                info.filename: {
                    "content": archive.read(info),
                    "time": "{}-{:02}-{:02} {:02}:{:02}:{:02}".format(*info.date_time),
                    "mode": oct(info.external_attr >> 16),
                    "compression": info.compress_type,
                }
                for info in archive.infolist()
            }
    with tarfile.open(path) as archive:
        return {
            info.name: {
                "content": archive.extractfile(info).read() if info.isfile() else info.linkname.encode(),
                "time": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(info.mtime)),
                "mode": oct(info.mode),
                "owner": f"{info.uid}:{info.gid} {info.uname}:{info.gname}",
            }
            for info in archive.getmembers()
        }


def differences(old: dict, new: dict) -> list[str]:
    """How one member differs from its namesake, in words."""
    return [
        content(old[key], new[key]) if key == "content" else f"{key} {old[key]} and {new[key]}"
        for key in old
        if old[key] != new[key]
    ]


def content(old: bytes, new: bytes) -> str:
    """Where two contents part, and what stands there."""
    pairs = zip(old, new, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    line = old.count(b"\n", 0, at) + 1
    sizes = f"{len(old)} and {len(new)} bytes" if len(old) != len(new) else f"{len(old)} bytes each"
    return f"content differs from line {line} on, {sizes}: {excerpt(old, at)} and {excerpt(new, at)}"


def excerpt(content: bytes, at: int) -> str:
    """The line around an offset, cut short: lines of generated files may be very long."""
    start = content.rfind(b"\n", 0, at) + 1
    end = content.find(b"\n", at)
    line = content[max(start, at - 30) : end if end >= 0 else len(content)][:60]
    return "`" + line.decode("utf-8", "backslashreplace") + "`"


main()
