using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Offline.Diff.Reading;
using Pulumi.Offline;

namespace GpuInfra.Offline.Drift;

/// <summary>
/// Property values as Pulumi's state has them. What JSON has no word for is an object with a signature
/// (pulumi/pulumi, <c>sdk/go/common/resource/sig</c>, read 2026-11-29); an input that a provider filled in is listed in <c>__defaults</c>.
/// </summary>
internal static class StateValues
{
    private const string Signature = "4dabf18193072939515e22adb298388d";
    private const string SecretSignature = "1b47061264138c4ac30d75fd1eb44270";
    private const string AssetSignature = "c44067f5952c0a294b673a41bacd8c17";
    private const string ArchiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
    private const string ReferenceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
    private const string Defaults = "__defaults";

    public static PropertyValue.Map Map(RecordNode node) => RecordValues.Map(node, Mark);

    /// <summary>
    /// What is deployed as a plan that leaves things open sees it: what only the cloud knows is whatever it is, and what a provider filled in
    /// where the plan says nothing is no difference.
    /// </summary>
    public static PropertyValue.Map AsPlanned(PropertyValue.Map deployed, PropertyValue.Map planned)
    {
        var filled = deployed.Members.GetValueOrDefault(Defaults) is PropertyValue.List list
            ? list.Items.OfType<PropertyValue.Text>().Select(item => item.Value).ToHashSet(StringComparer.Ordinal)
            : [];
        return new PropertyValue.Map(deployed.Members
            .Where(member => member.Key != Defaults && (planned.Members.ContainsKey(member.Key) || !filled.Contains(member.Key)))
            .ToImmutableSortedDictionary(member => member.Key, member => Masked(member.Value, planned.Members.GetValueOrDefault(member.Key)), StringComparer.Ordinal));
    }

    private static PropertyValue Masked(PropertyValue deployed, PropertyValue? planned) => (deployed, planned) switch
    {
        (_, PropertyValue.Unknown) => PropertyValue.UnknownValue,

        // Whether a secret is the planned one nobody can tell without the key.
        (PropertyValue.Secret, not null) or (_, PropertyValue.Secret) => planned,

        // A file's text is not in the state, only its digest.
        (PropertyValue.Unknown, PropertyValue.AssetValue) => planned,
        (PropertyValue.Map map, _) => AsPlanned(map, planned as PropertyValue.Map ?? new PropertyValue.Map(ImmutableSortedDictionary<string, PropertyValue>.Empty)),
        (PropertyValue.List list, _) => new PropertyValue.List(
            [.. list.Items.Select((item, index) => Masked(item, (planned as PropertyValue.List)?.Items.ElementAtOrDefault(index)))]),
        _ => deployed,
    };

    private static PropertyValue? Mark(RecordNode node) =>
        !node.Value.TryGetProperty(Signature, out var signature) || signature.ValueKind != JsonValueKind.String ? null : signature.GetString() switch
        {
            SecretSignature => new PropertyValue.Secret(PropertyValue.UnknownValue),
            ReferenceSignature => new PropertyValue.ResourceReference(node["urn"].Text),
            AssetSignature => node.Find("text") is { } text ? new PropertyValue.AssetValue("string", text.Text) : PropertyValue.UnknownValue,
            ArchiveSignature => PropertyValue.UnknownValue,
            _ => null,
        };
}
