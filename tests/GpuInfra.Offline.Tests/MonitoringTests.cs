using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Costs;
using GpuInfra.Planning.Catalogs;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production's monitors, and production that a Prometheus of the organisation or nobody watches, followed into the record.</summary>
public class MonitoringTests
{
    private const string Instance = "aws:ec2/instance:Instance", GoogleInstance = "gcp:compute/instance:Instance";

    private static readonly Lazy<Task<PreviewRecord>> Existing = new(() => RunAsync("monitoring: { mode: existing, from: [10.200.0.0/24] }\n"));
    private static readonly Lazy<Task<PreviewRecord>> ManagedRecord = new(RunManagedAsync);
    private static readonly Lazy<Task<PreviewRecord>> Unwatched = new(() => RunAsync(""));

    /// <summary>Staging, whose machines send to a managed store.</summary>
    public static Task<PreviewRecord> Managed => ManagedRecord.Value;

    [Fact]
    public async Task A_managed_store_keeps_every_policy_and_schema_changes_no_fleet_and_has_no_machine()
    {
        var (plain, record) = (await Prod.RunAsync("staging"), await Managed);
        Assert.All(record.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        Assert.Equal(plain.Fleet.PlanHash, record.Fleet.PlanHash);
        Assert.DoesNotContain(record.Managed, resource => resource.Type is Instance or GoogleInstance);
        Assert.Contains(record.Costs.Unpriced, part => part.What == "series");
        Assert.DoesNotContain(record.Costs.Unpriced, part => part.Reason == PricingTable.Unclassified);

        // One endpoint more, which is billed by the hour in two zones.
        var more = record.Costs.Monthly.Amount - plain.Costs.Monthly.Amount;
        var byHand = 730 * 2 * Price(CloudProvider.Aws, "us-east-1", "private-link", "vpc-interface-endpoint-hour");
        Assert.InRange(more, byHand - 0.01m, byHand + 0.01m);
    }

    [Fact]
    public async Task Both_clouds_have_stores_of_their_own_with_policies_that_keep_every_schema_and_no_machine()
    {
        var record = await RunAsync("monitoring: { mode: managed, receivers: [{ service: email, address: on-call@example.com }] }\n");
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.Equal((await Prod.Record).Fleet.PlanHash, record.Fleet.PlanHash);
        Assert.DoesNotContain(record.Managed, resource => resource.Type is Instance or GoogleInstance);
        Assert.Single(record.Managed, resource => resource.Type == "aws:amp/workspace:Workspace");

        var queries = record.Managed.Where(resource => resource.Name.StartsWith("gcp-alert-", StringComparison.Ordinal) && resource.Type == "gcp:monitoring/alertPolicy:AlertPolicy")
            .Select(resource => resource.Inputs.ListAt("conditions").Single().TextAt("conditionPrometheusQueryLanguage", "query")!).ToList();
        Assert.InRange(queries.Count, 30, 60);
        Assert.All(queries, query => Assert.InRange(query.Length, 10, 4000));

        // Production makes monitors; a managed store has none of their cost, and an endpoint in the place of them.
        var more = record.Costs.Monthly.Amount - (await Unwatched.Value).Costs.Monthly.Amount;
        var byHand = 730 * 2 * Price(CloudProvider.Aws, "us-east-1", "private-link", "vpc-interface-endpoint-hour");
        Assert.InRange(more, byHand - 0.01m, byHand + 0.01m);
    }

    [Fact]
    public async Task A_managed_store_that_its_key_does_not_encrypt_is_caught()
    {
        var record = await Managed;
        Assert.Empty(EncryptionRules.EncryptionAtRest.Find(record));
        Assert.NotEmpty(EncryptionRules.EncryptionAtRest.Find(record.With("aws:amp/workspace:Workspace", "", null, "kmsKeyArn")));
    }

    [Fact]
    public async Task Who_watches_changes_no_fleet_and_breaks_no_policy()
    {
        var prod = await Prod.Record;
        foreach (var record in new[] { await Existing.Value, await Unwatched.Value })
        {
            Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
            Assert.Equal(prod.Fleet.PlanHash, record.Fleet.PlanHash);
        }
    }

    [Fact]
    public async Task Monitors_that_are_there_cost_nothing_but_what_is_read_from_buckets_which_is_listed_as_unpriced() =>
        Assert.Equal((await Unwatched.Value).Costs.Monthly, (await Existing.Value).Costs.Monthly);

    [Fact]
    public async Task Monitors_that_are_made_cost_what_a_sum_made_by_hand_says()
    {
        // On AWS a machine with 20 GiB, a disk of 100 GiB, an address translation with its address, and a secret; on Google Cloud a machine, its disks and a secret, and its
        // part of the address translation that is there.
        var byHand =
            (730 * Price(CloudProvider.Aws, "us-east-1", "cpu-instance", "m7i.large")) + (120 * Price(CloudProvider.Aws, "us-east-1", "block-storage", "gp3-storage"))
            + (730 * (Price(CloudProvider.Aws, "us-east-1", "nat", "nat-gateway-hour") + Price(CloudProvider.Aws, "us-east-1", "public-ip", "public-ipv4-in-use")))
            + Price(CloudProvider.Aws, "us-east-1", "secrets", "secret")
            + (730 * Price(CloudProvider.Gcp, "us-central1", "cpu-instance", "e2-standard-2")) + (120 * Price(CloudProvider.Gcp, "us-central1", "block-storage", "pd-balanced"))
            + (730 * Price(CloudProvider.Gcp, "us-central1", "nat", "cloud-nat-gateway-per-vm-first-32")) + Price(CloudProvider.Gcp, "global", "secrets", "secret-active-version-per-location");

        var more = (await Prod.Record).Costs.Monthly.Amount - (await Unwatched.Value).Costs.Monthly.Amount;
        Assert.InRange(more, byHand - 0.01m, byHand + 0.01m);
        Assert.InRange(more, 180, 200);
    }

    [Fact]
    public async Task Each_region_has_its_files_and_machines_of_every_pool_fetch_them()
    {
        var record = await Existing.Value;
        var files = record.Managed.Where(resource => resource.Name.Contains("-monitoring-", StringComparison.Ordinal)).ToList();
        Assert.Equal(3 * record.Fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().Count(), files.Count);
        var plain = (await Unwatched.Value).Managed.Select(resource => resource.Urn).ToHashSet();
        Assert.All(record.Managed.Where(resource => !plain.Contains(resource.Urn)), resource => Assert.Contains("monitor", resource.Name, StringComparison.Ordinal));
        Assert.DoesNotContain(record.Managed, resource => resource.Type is Instance or GoogleInstance);
    }

    [Fact]
    public async Task Nothing_of_it_is_registered_without_the_key() =>
        Assert.DoesNotContain((await Unwatched.Value).Managed, resource => resource.Name.Contains("monitor", StringComparison.Ordinal));

    [Fact]
    public async Task A_disk_outlives_its_machine_and_leaves_a_snapshot_when_it_goes()
    {
        var record = await Prod.Record;
        var (volume, disk) = (One(record, "aws:ebs/volume:Volume"), One(record, "gcp:compute/disk:Disk"));
        Assert.True(volume.Options.Protect && disk.Options.Protect);
        Assert.Equal(("true", "true"), (volume.Inputs.TextAt("finalSnapshot"), disk.Inputs.TextAt("createSnapshotBeforeDestroy")));
        Assert.DoesNotContain(One(record, Instance).Inputs.ListAt("ebsBlockDevices"), _ => true);
    }

    [Fact]
    public async Task A_machine_is_taken_down_before_its_successor_comes_since_both_have_one_address_and_one_disk() => Assert.All(
        new[] { One(await Prod.Record, Instance), One(await Prod.Record, GoogleInstance) }, machine => Assert.True(machine.Options.DeleteBeforeReplace));

    [Fact]
    public async Task A_lost_cloud_leaves_the_others_monitor_and_its_policies_whole()
    {
        using var sandbox = new Sandbox();
        await File.AppendAllTextAsync(sandbox.Stacks("prod.plan.yaml"), "\nscope: aws\n");
        var record = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
        Assert.Single(record.Managed, resource => resource.Type == Instance);
        Assert.DoesNotContain(record.Managed, resource => resource.Type == GoogleInstance);
        Assert.Empty(MonitorRules.ExportersPrivate.Find(record));
    }

    private static ResourceRecord One(PreviewRecord record, string type) => Assert.Single(record.Managed, resource => resource.Type == type);

    private static decimal Price(CloudProvider cloud, string region, string service, string sku) => Plant.Unit(cloud, region, service, sku);

    /// <summary>Production with another key in the place of its own.</summary>
    private static async Task<PreviewRecord> RunAsync(string monitoring)
    {
        using var sandbox = new Sandbox();
        sandbox.Watch(monitoring);
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }

    private static async Task<PreviewRecord> RunManagedAsync()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("staging.plan.yaml"), "monitoring: { mode: managed, receivers: [{ service: email, address: on-call@example.com }] }\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "staging"));
    }
}
