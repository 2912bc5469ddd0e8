using System.Globalization;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Reads recorded values as policies need it: along a path, through secrets, never failing on a wrong shape.</summary>
internal static class Values
{
    /// <summary>The member at a path; null when it is not there.</summary>
    public static PropertyValue? At(this PropertyValue? value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            value = value.Open() is PropertyValue.Map map ? map.Members.GetValueOrDefault(name) : null;
        }

        return value.Open() is PropertyValue.Null ? null : value.Open();
    }

    /// <summary>The text, number or boolean at a path, as text; null when there is none.</summary>
    public static string? TextAt(this PropertyValue? value, params ReadOnlySpan<string> path) => value.At(path) switch
    {
        PropertyValue.Text text => text.Value,
        PropertyValue.Bool flag => flag.Value ? "true" : "false",
        PropertyValue.Number number => FormattableString.Invariant($"{number.Value}"),
        _ => null,
    };

    /// <summary>The number at a path, also where it is written as text; null when there is none.</summary>
    public static decimal? NumberAt(this PropertyValue? value, params ReadOnlySpan<string> path) =>
        decimal.TryParse(value.TextAt(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The elements of the list at a path; none when there is no list.</summary>
    public static IEnumerable<PropertyValue> ListAt(this PropertyValue? value, params ReadOnlySpan<string> path) =>
        value.At(path) is PropertyValue.List list ? list.Items : [];

    /// <summary>The fault, unless something holds.</summary>
    public static IEnumerable<string> Unless(bool holds, string fault) => holds ? [] : [fault];

    /// <summary>The paths of all unknowns in a value. What an unreadable secret hides does not count.</summary>
    public static IEnumerable<string> Unknowns(this PropertyValue value, string path = "") => value switch
    {
        PropertyValue.Unknown => [path],
        PropertyValue.List list => list.Items.SelectMany((item, i) => item.Unknowns($"{path}[{i}]")),
        PropertyValue.Map map => map.Members.SelectMany(member =>
            member.Value.Unknowns(path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        _ => [],
    };

    private static PropertyValue? Open(this PropertyValue? value) =>
        value is PropertyValue.Secret secret ? secret.Element.Open() : value;
}
