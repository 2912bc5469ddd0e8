"""Finds names in infra/ that mean two things to the official SDKs.

The stand-in has the classes that are used; the official packages have all. A file that opens two namespaces of which both have the name compiles here and not there (CS0104).
The Node packages of the same versions tell which classes there are: the C# ones are made from the same schema.

    python3 tools/names/check.py            # downloads them with npm
    python3 tools/names/check.py FOLDER     # unpacked before, as FOLDER/aws/package
"""
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "tests" / "Pulumi.Offline.Tests" / "Data" / "pulumi-core-api.txt"  # The public members of the package Pulumi.
REFERENCES = "packs/Microsoft.NETCore.App.Ref/*/ref/net*/*.xml"
IMPLICIT = ("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks")
DECLARED = re.compile(
    r"^\s*(?:(?:public|internal|file|sealed|static|abstract|readonly|partial) )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>?, ]+?) (\w+)", re.M)
TEXTS = re.compile(r'\$?"""(?:.|\n)*?"""|[$@]*"(?:\\.|[^"\\])*"')


def versions() -> dict[str, str]:
    """The official packages' versions, as Directory.Packages.props pins them."""
    pinned = (ROOT / "Directory.Packages.props").read_text()
    return {name.lower(): version for name, version in re.findall(r'Include="Pulumi\.(\w+)" Version="([\d.]+)"', pinned)}


def unpack(folder: Path) -> None:
    """Downloads and unpacks them."""
    for name, version in versions().items():
        packed = subprocess.run(["npm", "pack", "--silent", f"@pulumi/{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
        (folder / name).mkdir()
        subprocess.run(["tar", "-xzf", packed, "-C", name], cwd=folder, check=True)


def classes_of(package: str, index: str) -> Iterator[str]:
    """C# classes that a module's exports become. Those of Kubernetes have their Args among the inputs."""
    for name in re.findall(r"export declare const (\w+): typeof", index):
        if name[0].isupper():
            yield from (f"{name}{suffix}" for suffix in ("", "Args", "State")[: 1 if package == "kubernetes" else 3])
        elif name.startswith("get"):
            yield from (f"G{name[1:]}{suffix}" for suffix in ("", "Args", "InvokeArgs", "Result"))


def inputs_of(declarations: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """C# classes of nested inputs, by module."""
    module: list[str] = []
    for line in declarations.splitlines():
        if opened := re.match(r"\s*(?:export )?(?:declare )?namespace (\w+) \{", line):
            module.append(opened[1])
        elif found := re.match(r"\s*(?:export )?interface (\w+)", line):
            yield tuple(module), found[1] if found[1].endswith("Args") else f"{found[1]}Args"
            yield tuple(module), f"{found[1]}GetArgs"
        elif module and line.rstrip() == "    " * (len(module) - 1) + "}":
            module.pop()


def official(folder: Path) -> dict[str, set[str]]:
    """Names by namespace, in lower case: C# writes some parts of it otherwise than Node."""
    names: dict[str, set[str]] = defaultdict(set)
    for package in versions():
        base = folder / package / "package"
        for index in base.rglob("index.d.ts"):
            module = index.parent.relative_to(base).parts
            if module[:2] == ("types", "enums"):
                names[".".join(("pulumi", package, *module[2:])).lower()] |= set(re.findall(r"export declare const (\w+):", index.read_text()))
            elif module[:1] != ("types",) and "node_modules" not in module:
                names[".".join(("pulumi", package, *module)).lower()] |= set(classes_of(package, index.read_text()))
        for module, name in inputs_of((base / "types" / "input.d.ts").read_text()):
            names[(f"pulumi.kubernetes.types.inputs.{'.'.join(module)}" if package == "kubernetes" else ".".join(("pulumi", package, *module, "inputs"))).lower()].add(name)
    names["pulumi"] |= set(re.findall(r"(?:class|struct|interface|enum|delegate) Pulumi\.(\w+)", CORE.read_text()))
    return names


def platform() -> dict[str, set[str]]:
    """Names of .NET's own types without parameters, from its reference assemblies' documentation."""
    dotnet = Path(subprocess.run(["dotnet", "--list-sdks"], check=True, capture_output=True, text=True).stdout.split("[")[1].split("]")[0]).parent
    names: dict[str, set[str]] = defaultdict(set)
    for file in dotnet.glob(REFERENCES):
        for space, name in re.findall(r'<member name="T:([\w.]+)\.(\w+)"', file.read_text(errors="replace")):
            names[space].add(name)
    return names


def declared(sources: list[Path]) -> dict[str, set[str]]:
    """Names that our own sources declare, by namespace."""
    names: dict[str, set[str]] = defaultdict(set)
    for file in sources:
        text = file.read_text()
        if space := re.search(r"^namespace ([\w.]+);", text, re.M):
            names[space[1]] |= set(DECLARED.findall(text))
    return names


def ambiguous(text: str, names: dict[str, set[str]], own: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
    """Names of a file that several of the namespaces which it opens have, and none that it stands in."""
    space = re.search(r"^namespace ([\w.]+);", text, re.M)[1]
    parts = space.split(".")
    nearer = set().union(*(own.get(".".join(parts[:count]), set()) for count in range(1, len(parts) + 1)), re.findall(r"^using (\w+) =", text, re.M))
    opened = dict.fromkeys([*re.findall(r"^using ([\w.]+);", text, re.M), *IMPLICIT])
    code = TEXTS.sub(lambda literal: " ".join(re.findall(r"\{([^{}]*)\}", literal[0])), re.sub(r"//.*", "", text))
    for word in sorted(set(re.findall(r"(?<![\w.])([A-Z]\w*)\b(?!\s*=[^=>])", code)) - nearer):
        found = [one for one in opened if word in own.get(one, ()) or word in names.get(one.lower() if one.startswith("Pulumi") else one, ())]
        if len(found) > 1:
            yield word, found


def main() -> int:
    infra = [file for file in (ROOT / "infra").rglob("*.cs") if not {"bin", "obj"} & set(file.parts)]
    own = declared([*infra, *(ROOT / "src" / "GpuInfra.Planning").rglob("*.cs")])
    with tempfile.TemporaryDirectory() as empty:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(empty)
        if len(sys.argv) == 1:
            unpack(folder)
        names = {**platform(), **official(folder)}
    faults = [f"{file.relative_to(ROOT)}: {word} is in {' and in '.join(found)}" for file in sorted(infra) for word, found in ambiguous(file.read_text(), names, own)]
    print("\n".join([*faults, f"{len(infra)} files against {sum(len(some) for space, some in names.items() if space.startswith('pulumi')):,} official names: {len(faults)} ambiguous"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
