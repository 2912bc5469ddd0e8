namespace Pulumi.Offline.Tests.Surface;

public sealed class SurfaceTests
{
    private static readonly string[] Namespaces = ["Pulumi", "Pulumi.Testing", "Pulumi.Utilities"];

    [Fact]
    public void Every_public_member_of_the_core_is_one_of_the_official_SDK()
    {
        var official = ReadOfficial();
        var ours = typeof(Resource).Assembly.GetExportedTypes()
            .Where(type => Namespaces.Contains(type.Namespace))
            .SelectMany(type => ApiLines.Members(type).Select(member => $"{ApiLines.Name(type)}: {member}").Append(ApiLines.Name(type)))
            .Select(line => line.Replace("?", "", StringComparison.Ordinal))
            .ToArray();

        Assert.True(ours.Length > 300, "the surface was not found");
        Assert.Empty(ours.Where(line => !official.Contains(line)).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// The official types and members, without nullability: reflection shows that of open generics by how a compiler happened
    /// to write it, and what matters of it is held by the code that compiles against both.
    /// </summary>
    private static HashSet<string> ReadOfficial()
    {
        using var stream = typeof(SurfaceTests).Assembly.GetManifestResourceStream("pulumi-core-api.txt")!;
        using var reader = new StreamReader(stream);
        var lines = new HashSet<string>(StringComparer.Ordinal);
        var type = "";
        while (reader.ReadLine() is { } line)
        {
            line = line.Replace("?", "", StringComparison.Ordinal);
            if (line.StartsWith(' '))
            {
                lines.Add($"{type}: {line.Trim()}");
                continue;
            }

            // "sealed class Name<T> : Base, IInterface": the name is the first thing that begins with the namespace.
            type = line[line.IndexOf("Pulumi.", StringComparison.Ordinal)..].Split(" : ")[0];
            lines.Add(type);
        }

        return lines;
    }
}
