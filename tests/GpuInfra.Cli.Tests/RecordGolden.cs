using System.Text;
using System.Text.Json.Nodes;
using GpuInfra.Offline.Diff;
using Pulumi.Offline;

namespace GpuInfra.Cli.Tests;

/// <summary>
/// A record in a form that is small and reads well in a diff: a line for each resource with its options, and one for each of its
/// inputs. Scripts and programs are told by their SHA-256; scripts are shown once each, what they have in common once for all.
/// </summary>
internal static class RecordGolden
{
    public static string Of(StackRecord record)
    {
        var scripts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var text = new StringBuilder($"# {record.Stack}: every registration, as `preview --record` holds it\n");
        foreach (var resource in record.Resources)
        {
            var provider = resource.Provider is { } urn ? $" by {Name(urn)}" : "";
            text.Append($"\n{resource.Type} {resource.Name}{provider}{Options(resource)}\n");
            foreach (var (property, value) in resource.Inputs.Members)
            {
                var sources = resource.PropertyDependencies.GetValueOrDefault(property, []);
                var invented = record.Resolved.GetValueOrDefault(resource.Urn)?.Members.GetValueOrDefault(property);
                text.Append($"  {property}: {Shown(ShownValue.Script(invented) is null ? value : invented!, scripts)}");
                text.Append(sources.IsEmpty ? "\n" : $"  <- {string.Join(", ", sources.Select(Name))}\n");
            }
        }

        text.Append("\noutputs\n");
        foreach (var (name, value) in record.Outputs.Members)
        {
            text.Append($"  {name}: {RecordJson.ToText(value)}\n");
        }

        return Append(text, scripts).ToString();
    }

    private static StringBuilder Append(StringBuilder text, SortedDictionary<string, string> scripts)
    {
        var lines = scripts.ToDictionary(script => script.Key, script => script.Value.Split('\n'));
        var common = 0;
        var model = lines.Values.FirstOrDefault([]);
        while (lines.Count > 1 && lines.Values.All(script =>
            script.Length > common && script[^(common + 1)] == model[^(common + 1)]))
        {
            common++;
        }

        foreach (var (hash, script) in lines.OrderBy(script => script.Key, StringComparer.Ordinal))
        {
            text.Append($"\nscript {hash}\n").AppendJoin('\n', script[..^common].Select(line => $"  {line}")).Append('\n');
        }

        return common == 0
            ? text
            : text.Append("\nend of every script\n")
                .AppendJoin('\n', model[^common..].Select(line => line.Length == 0 ? "" : $"  {line}")).Append('\n');
    }

    private static string Shown(PropertyValue value, SortedDictionary<string, string> scripts)
    {
        if (value is PropertyValue.AssetValue { Kind: "assets", Content: var archive })
        {
            return $"archive of {string.Join(", ", JsonNode.Parse(archive)!.AsObject().Select(File))}";
        }

        if (ShownValue.Script(value) is not { } script)
        {
            return RecordJson.ToText(value);
        }

        var hash = ShownValue.Hash(script);
        scripts[hash] = script;
        return $"script {hash}";
    }

    /// <summary>A program by its SHA-256, data in full.</summary>
    private static string File(KeyValuePair<string, JsonNode?> file)
    {
        var content = (string)file.Value!["content"]!;
        return file.Key.EndsWith(".json", StringComparison.Ordinal)
            ? $"{file.Key} {JsonNode.Parse(content)!.ToJsonString()}"
            : $"{file.Key} {ShownValue.Hash(content)[..12]}";
    }

    private static string Options(ResourceRecord resource)
    {
        using var document = System.Text.Json.JsonDocument.Parse(RecordJson.ToText(resource));
        var options = document.RootElement.GetProperty("options").EnumerateObject()
            .Select(option => $"{option.Name}={System.Text.Json.JsonSerializer.Serialize(option.Value)}")
            .Where(option => !option.StartsWith("additionalSecretOutputs=", StringComparison.Ordinal));
        return string.Concat(options.Select(option => $" {option}"));
    }

    private static string Name(string urn) => urn.Split("::")[^1];
}
