using System.Net;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff.Rules;

/// <summary>
/// The conditions of <c>replace.json</c>, which are told in words. Those that a record can decide are decided; any other makes the
/// change "update or replace", with the condition as the reason.
/// </summary>
internal static class ReplaceConditions
{
    public static Judgement Judge(string condition, Difference change, ResourceRecord before, ResourceRecord after) =>
        Decide(condition, change, before, after) switch
        {
            true => new Judgement(ChangeEffect.Replace, $"the provider replaces when {Clause(condition)}"),
            false => Judgement.Update,
            null => new Judgement(ChangeEffect.Unknown, $"the provider replaces when {Clause(condition)}"),
        };

    /// <summary>Whether a condition holds; null when the record cannot tell.</summary>
    private static bool? Decide(string condition, Difference change, ResourceRecord before, ResourceRecord after)
    {
        if (Sides(change).Any(value => value is PropertyValue.Unknown or PropertyValue.Secret))
        {
            return null;
        }

        return condition switch
        {
            "decreased" => Number(change.After) is { } now && Number(change.Before) is { } then ? now < then : null,
            "removed" or "emptied" => IsEmpty(change.After),
            "from true to false" => Is(change.Before, "true") && !Is(change.After, "true"),
            "an entry is removed" => change.After is null,
            "changed to another non-empty value" => !IsEmpty(change.After),
            "every change but dedicated to default" => !(Is(change.Before, "dedicated") && Is(change.After, "default")),
            "assignIpv6AddressOnCreation was true before" => before.Inputs.TextAt("assignIpv6AddressOnCreation") == "true",
            "new range does not contain the old one" => Contains(change.After, change.Before) is { } contains ? !contains : null,
            "connectivityType private" => after.Inputs.TextAt("connectivityType") == "private",
            "loadBalancingScheme INTERNAL_MANAGED" => after.Inputs.TextAt("loadBalancingScheme") == "INTERNAL_MANAGED",
            "userDataReplaceOnChange is true" => after.Inputs.TextAt("userDataReplaceOnChange") == "true",
            "enableAutopilot is true" => after.Inputs.TextAt("enableAutopilot") == "true",
            "type is not a hyperdisk" =>
                after.Inputs.TextAt("type") is { } type ? !type.Contains("hyperdisk", StringComparison.Ordinal) : null,
            _ => null,
        };
    }

    private static IEnumerable<PropertyValue?> Sides(Difference change) => [change.Before, change.After];

    private static string Clause(string condition) => condition switch
    {
        "decreased" or "removed" or "emptied" or "from true to false" => $"it is {condition}",
        _ => condition,
    };

    private static bool Is(PropertyValue? value, string text) => value.TextAt() == text;

    private static double? Number(PropertyValue? value) => (value as PropertyValue.Number)?.Value;

    private static bool IsEmpty(PropertyValue? value) => value switch
    {
        null or PropertyValue.Null => true,
        PropertyValue.Text text => text.Value.Length == 0,
        PropertyValue.List list => list.Items.IsEmpty,
        PropertyValue.Map map => map.Members.IsEmpty,
        _ => false,
    };

    private static bool? Contains(PropertyValue? outer, PropertyValue? inner) =>
        IPNetwork.TryParse(outer.TextAt(), out var wide) && IPNetwork.TryParse(inner.TextAt(), out var narrow)
            ? wide.PrefixLength <= narrow.PrefixLength && wide.Contains(narrow.BaseAddress)
            : null;
}
