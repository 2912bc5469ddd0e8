using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Diff;

/// <summary>Hand-made records.</summary>
internal static class R
{
    public const string Vpc = "aws:ec2/vpc:Vpc";
    public const string Subnet = "aws:ec2/subnet:Subnet";
    public const string Role = "aws:iam/role:Role";
    public const string Reservation = "aws:ec2/capacityReservation:CapacityReservation";
    public const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    public const string Group = "aws:autoscaling/group:Group";

    public static PropertyValue Unknown => PropertyValue.UnknownValue;

    public static PropertyValue Secret => new PropertyValue.Secret(PropertyValue.UnknownValue);

    public static PropertyValue Number(double value) => new PropertyValue.Number(value);

    public static string Urn(string type, string name) => $"urn:pulumi:prod::gpuinfra::{type}::{name}";

    public static ResourceRecord Resource(string type, string name, params (string Key, PropertyValue Value)[] inputs) => new()
    {
        Urn = Urn(type, name),
        Type = type,
        Name = name,
        IsCustom = true,
        Parent = null,
        Provider = null,
        ReadId = null,
        Options = new RecordedOptions(),
        Inputs = (PropertyValue.Map)Prod.Map(inputs),
        Dependencies = [],
        PropertyDependencies = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
    };

    /// <summary>The resource with an input that is an output of another.</summary>
    public static ResourceRecord From(this ResourceRecord resource, string property, params ResourceRecord[] sources) => resource with
    {
        Inputs = new PropertyValue.Map(resource.Inputs.Members.SetItem(
            property, resource.Inputs.Members.GetValueOrDefault(property, Unknown))),
        PropertyDependencies = resource.PropertyDependencies.SetItem(property, [.. sources.Select(source => source.Urn)]),
    };

    public static ResourceRecord With(this ResourceRecord resource, Func<RecordedOptions, RecordedOptions> options) =>
        resource with { Options = options(resource.Options) };

    public static StackRecord Record(params ResourceRecord[] resources) => new()
    {
        Stack = "prod",
        Fleet = new FleetFacts("hash", "2026-12", 100, 0.2, []),
        Resources = [.. resources],
        Resolved = ImmutableSortedDictionary<string, PropertyValue.Map>.Empty,
        Outputs = (PropertyValue.Map)Prod.Map(),
    };

    public static StackRecord Pools(this StackRecord record, params PoolFacts[] pools) =>
        record with { Fleet = record.Fleet with { Pools = [.. pools] } };

    public static PoolFacts Pool(string id, string serving = "chat") => new(id, serving, "aws", "us-east-1", "p5.48xlarge", 2, 50);

    public static StackRecord ResolvedAs(this StackRecord record, ResourceRecord resource, string property, PropertyValue value) =>
        record with { Resolved = record.Resolved.SetItem(resource.Urn, (PropertyValue.Map)Prod.Map((property, value))) };

    public static RecordDiff Diff(StackRecord before, StackRecord after, DiffOptions? options = null) =>
        RecordComparison.Compare(before, after, options ?? DiffOptions.Strict);

    /// <summary>The only thing that a diff's policies find.</summary>
    public static CheckResult Finding(this RecordDiff diff) => Assert.Single(diff.Gate, check => check.Status != CheckStatus.Pass);

    /// <summary>What happens to the only resource that changes.</summary>
    public static ResourceChange Only(ResourceRecord before, ResourceRecord after) =>
        Assert.Single(Diff(Record(before), Record(after)).Resources);
}
