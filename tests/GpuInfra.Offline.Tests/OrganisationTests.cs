using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>What organisations say in a plan, followed into the record.</summary>
public sealed class OrganisationTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Renamed_tags_stand_on_every_resource_and_the_old_names_on_none()
    {
        _sandbox.Change("base.plan.yaml", "extra: { app: gpuinfra }", "extra: { app: gpuinfra }\n  rename: { cost-center: CostCenter, app: Application }");

        var preview = await RunAsync();

        var before = (await Prod.Record).Resolved.Resources.ToDictionary(resource => resource.Urn, resource => Tags(resource.Inputs).ToList());
        var after = preview.Resolved.Resources.ToDictionary(resource => resource.Urn, resource => Tags(resource.Inputs).ToList());
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(after.Values, tags => tags.Contains("CostCenter=cc-4200"));
        Assert.Contains(after.Values, tags => tags.Contains("costcenter=cc-4200"));
        Assert.All(before, resource => Assert.Equal(
            resource.Value.Select(tag => Renamed(resource.Key, tag)).Order(StringComparer.Ordinal),
            after[resource.Key].Order(StringComparer.Ordinal)));
        Assert.Contains(preview.Checks, check => check is { Id: "tags", Status: CheckStatus.Pass, Examined: > 20 });
    }

    [Fact]
    public async Task Residency_binds_machines_weights_and_logs()
    {
        _sandbox.Change("prod.plan.yaml", "regions: [us-east-1]", "regions: [us-east-1, us-west-2]");
        _sandbox.Change("prod.plan.yaml", "regions: [us-central1]", "regions: [us-central1, europe-west4]");
        _sandbox.Change("Pulumi.prod.yaml", "us-east-1: ami-0123456789abcdef0", "{ us-east-1: ami-0123456789abcdef0, us-west-2: ami-0123456789abcdef0 }");
        _sandbox.Change("Pulumi.prod.yaml", "us-east-1: ami-0fedcba9876543210", "us-west-2: ami-0fedcba9876543210");
        _sandbox.Change("Pulumi.prod.yaml", "us-east-1: ami-0a1b2c3d4e5f60718", "us-west-2: ami-0a1b2c3d4e5f60718");
        File.AppendAllText(_sandbox.Stacks("prod.plan.yaml"), "\nresidency: { allow: [us-west-2, europe-*] }\n");

        var preview = await RunAsync();

        Assert.True(preview.Passed);
        Assert.Equal(["europe-west4", "us-west-2"], preview.Fleet.Pools.Select(pool => pool.Region).Distinct().Order());
        var google = preview.Managed.Where(resource => resource.Type == "gcp:storage/bucket:Bucket").ToList();
        Assert.NotEmpty(google);
        Assert.All(google, bucket => Assert.Equal("EUROPE-WEST4", bucket.Inputs.TextAt("location")));
        string[] amazon = ["aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup", "aws:autoscaling/group:Group"];
        Assert.All(amazon, type =>
        {
            var kept = preview.Managed.Where(resource => resource.Type == type).ToList();
            Assert.NotEmpty(kept);
            Assert.All(kept, resource => Assert.EndsWith("::aws-us-west-2", resource.Provider, StringComparison.Ordinal));
        });
    }

    private Task<PreviewRecord> RunAsync() => FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

    private static string Renamed(string urn, string tag) => tag.Split('=')[0] switch
    {
        "cost-center" => tag.Replace("cost-center", urn.Contains("gcp:", StringComparison.Ordinal) ? "costcenter" : "CostCenter", StringComparison.Ordinal),
        "app" => tag.Replace("app=", urn.Contains("gcp:", StringComparison.Ordinal) ? "application=" : "Application=", StringComparison.Ordinal),
        _ => tag,
    };

    /// <summary>Every tag and label in a resource's inputs, however deep and in whichever form, as <c>key=value</c>.</summary>
    private static IEnumerable<string> Tags(PropertyValue value) => value switch
    {
        PropertyValue.List list => list.Items.SelectMany(Tags),
        PropertyValue.Map map when map.Members.Keys.Contains("propagateAtLaunch") => [$"{map.TextAt("key")}={map.TextAt("value")}"],
        PropertyValue.Map map => map.Members.SelectMany(member => member is { Key: "tags" or "labels" or "defaultLabels", Value: PropertyValue.Map tags }
            ? tags.Members.Select(tag => $"{tag.Key}={tags.TextAt(tag.Key)}")
            : Tags(member.Value)),
        _ => [],
    };
}
