using System.Collections.Immutable;
using System.Globalization;

namespace GpuInfra.Infra.Tests;

/// <summary>A resource as the program declared it.</summary>
internal sealed record Declared(string Type, string Name, string Provider, ImmutableDictionary<string, object> Inputs)
{
    /// <summary>The input at a path such as <c>disks.0.labels.team</c>, as text; null when there is none.</summary>
    public string? this[string path] => At(path) switch
    {
        null => null,
        bool value => value ? "true" : "false",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString(),
    };

    /// <summary>True when anything is set at the path.</summary>
    public bool Has(string path) => At(path) is not null;

    /// <summary>The list at a path, as text; empty when there is none.</summary>
    public IReadOnlyList<string> List(string path) =>
        At(path) is ImmutableArray<object> list ? [.. list.Select(value => value.ToString()!)] : [];

    /// <summary>Entries of the list at a path.</summary>
    public int Count(string path) => At(path) is ImmutableArray<object> list ? list.Length : 0;

    /// <summary>The map at a path; empty when there is none.</summary>
    public IReadOnlyDictionary<string, object> Map(string path) =>
        At(path) as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty;

    private object? At(string path)
    {
        object? value = Inputs;
        foreach (var step in path.Split('.'))
        {
            value = value switch
            {
                ImmutableDictionary<string, object> map => map.GetValueOrDefault(step),
                ImmutableArray<object> list when int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < list.Length => list[index],
                _ => null,
            };
        }

        return value;
    }
}
