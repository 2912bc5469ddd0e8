using System.Text.Json.Nodes;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>The name of a file beside the plan, and what stands in that file.</summary>
/// <param name="content">What stands in it.</param>
/// <param name="nothing">What counts while it cannot be read.</param>
/// <param name="folder">The folder beside the plan that it lies in; empty for none.</param>
internal sealed class SideFile<T>(Section<T> content, T nothing, string folder = "") : PlanValue<T>
{
    private static readonly ScalarValue<string> Name =
        new("the name of a file beside this one", (node, _) => node.Text, () => new JsonObject { ["type"] = "string" });

    public override bool TryRead(Cursor at, out T value)
    {
        value = nothing;
        if (!Name.TryRead(at, out var name))
        {
            return false;
        }

        if (name != Path.GetFileName(name) || !at.Reading.ReadsFiles)
        {
            return at.Refuse(at.Reading.ReadsFiles
                ? $"{HumanUnits.Quote(name)} must be the name of a file {(folder.Length == 0 ? "beside this one" : $"in {folder}/")}, without a folder"
                : "cannot be read here: the plan does not come from a file");
        }

        var file = Path.Combine(Path.GetDirectoryName(at.Node.File) ?? "", folder, name);
        at.Reading.Open(file);
        var root = PlanText.Read(file, at.Reading) is { } text ? YamlTree.Read(text, file, at.Reading) : null;
        at.Reading.TellAt(at, file);
        return root is not null && content.TryRead(new Cursor(root, "", at.Reading), out value);
    }

    public override JsonObject Schema() => Name.Schema();
}
