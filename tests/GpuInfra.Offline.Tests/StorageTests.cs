using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with a serving that trains, data kept by kind, and file systems that machines share.</summary>
public sealed class StorageTests
{
    private const string Kept = "storage: { oldVersions: 7d, checkpoints: { keep: 20d }, trained: { infrequentAfter: 30d, archiveAfter: 90d }, logs: { keep: 90d }, trainingData: { infrequentAfter: 60d";

    private static readonly Lazy<Task<PreviewRecord>> Nfs = new(() => RunAsync($"{Kept}, tier: hot, sizeGb: 1300 }} }}\n"));

    private static readonly Lazy<Task<PreviewRecord>> Lustre = new(() => RunAsync($"{Kept}, tier: hot, sizeGb: 3000, fileSystem: lustre }} }}\n"));

    private static readonly Lazy<Task<PreviewRecord>> Elastic = new(() => RunAsync("", coldStart: "{ target: 9m }"));

    internal static Task<PreviewRecord> Shared => Nfs.Value;

    internal static Task<PreviewRecord> Linked => Lustre.Value;

    [Fact]
    public async Task Every_policy_holds_of_each()
    {
        foreach (var record in new[] { await Nfs.Value, await Lustre.Value, await Elastic.Value })
        {
            Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}")));
        }

        Assert.True((await Nfs.Value).Checks.Single(check => check.Id == "shared-files").Examined > 0);
    }

    [Fact]
    public async Task Every_stack_ends_older_versions_and_unfinished_uploads_and_nothing_else()
    {
        foreach (var stack in new[] { "dev", "staging", "prod" })
        {
            var record = await Prod.RunAsync(stack);
            Assert.All(record.Resolved.Resources.Where(resource => resource.Type == ResourceTypes.Lifecycle), rules =>
            {
                var rule = Assert.Single(rules.Inputs.ListAt("rules"));
                Assert.Equal(("30", "7"), (rule.TextAt("noncurrentVersionExpiration", "noncurrentDays"), rule.TextAt("abortIncompleteMultipartUpload", "daysAfterInitiation")));
            });
            Assert.All(
                record.Resolved.Resources.Where(resource => resource.Type == ResourceTypes.GoogleBucket && resource.Name.Contains("weights", StringComparison.Ordinal)),
                bucket => Assert.Equal(["Delete", "AbortIncompleteMultipartUpload"], bucket.Inputs.ListAt("lifecycleRules").Select(rule => rule.TextAt("action", "type"))));
        }
    }

    [Fact]
    public async Task Checkpoints_end_and_what_training_gave_is_moved_on_both_clouds()
    {
        var record = await Nfs.Value;
        var rules = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.Lifecycle).Inputs.ListAt("rules").ToDictionary(rule => rule.TextAt("filter", "prefix")!, StringComparer.Ordinal);
        Assert.Equal(["", "checkpoints/", "jobs/tuned/", "trained/", "training/"], rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("20", rules["checkpoints/"].TextAt("expiration", "days"));
        Assert.Equal([("30", "STANDARD_IA"), ("90", "GLACIER_IR")], rules["trained/"].ListAt("transitions").Select(move => (move.TextAt("days")!, move.TextAt("storageClass")!)));
        Assert.Null(rules["trained/"].At("expiration"));
        var google = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.GoogleBucket && resource.Name.Contains("weights", StringComparison.Ordinal)).Inputs.ListAt("lifecycleRules");
        Assert.Equal(
            [("checkpoints/", "Delete", "20"), ("jobs/tuned/", "SetStorageClass", "60"), ("trained/", "SetStorageClass", "30"), ("trained/", "SetStorageClass", "90"), ("training/", "SetStorageClass", "60")],
            google.Where(rule => rule.At("condition", "matchesPrefixes") is not null)
                .Select(rule => (rule.ListAt("condition", "matchesPrefixes").Single().TextAt()!, rule.TextAt("action", "type")!, rule.TextAt("condition", "age")!)));
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == ResourceTypes.LogGroup && resource.Name == "gpuinfra-us-east-1" && resource.Inputs.TextAt("retentionInDays") == "90");
    }

    [Fact]
    public async Task Machines_that_train_share_NFS_under_the_regions_key_and_protected()
    {
        var record = await Nfs.Value;
        var efs = Assert.Single(record.Resolved.Resources, resource => resource.Type == ResourceTypes.Efs);
        Assert.Equal(("elastic", "true"), (efs.Inputs.TextAt("throughputMode"), efs.Inputs.TextAt("encrypted")));
        Assert.Contains("us-east-1", efs.Inputs.TextAt("kmsKeyId"), StringComparison.Ordinal);
        Assert.Equal(
            record.Resolved.Resources.Count(resource => resource.Type == "aws:ec2/subnet:Subnet" && !resource.Name.Contains("monitor", StringComparison.Ordinal)),
            record.Resolved.Resources.Count(resource => resource.Type == "aws:efs/mountTarget:MountTarget"));
        var filestore = Assert.Single(record.Resolved.Resources, resource => resource.Type == ResourceTypes.Filestore);
        Assert.Equal(("REGIONAL", "1536", "true", "NFS_V4_1"), (filestore.Inputs.TextAt("tier"), filestore.Inputs.TextAt("fileShares", "capacityGb"), filestore.Inputs.TextAt("deletionProtectionEnabled"), filestore.Inputs.TextAt("protocol")));
        Assert.All(new[] { efs, filestore }, files => Assert.True(files.Options.Protect));
        var script = record.Resolved.Resources.First(resource => ResourceTypes.GoogleTemplates.Contains(resource.Type) && resource.Name.Contains("tuned", StringComparison.Ordinal)).Inputs.TextAt("metadataStartupScript")!;
        Assert.Contains("FILES='training nfs ", script, StringComparison.Ordinal);
        Assert.Contains(":/files'", script, StringComparison.Ordinal);
        Assert.Contains(" SHARED=/mnt/gpuinfra/training", script, StringComparison.Ordinal);
        Assert.DoesNotContain("fetch_shared\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain(record.Resolved.Resources, resource => ResourceTypes.GoogleTemplates.Contains(resource.Type) && !resource.Name.Contains("tuned", StringComparison.Ordinal)
            && resource.Inputs.TextAt("metadataStartupScript")?.Contains("FILES=", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Lustre_shows_the_bucket_in_one_zone_and_is_reached_on_its_ports_alone()
    {
        var record = await Lustre.Value;
        var fsx = Assert.Single(record.Resolved.Resources, resource => resource.Type == ResourceTypes.Fsx);
        Assert.Equal(("PERSISTENT_2", "4800", "2.15"), (fsx.Inputs.TextAt("deploymentType"), fsx.Inputs.TextAt("storageCapacity"), fsx.Inputs.TextAt("fileSystemTypeVersion")));
        var link = Assert.Single(record.Resolved.Resources, resource => resource.Type == "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation");
        Assert.EndsWith("/training/", link.Inputs.TextAt("dataRepositoryPath"), StringComparison.Ordinal);
        var ports = record.Resolved.Resources.Where(resource => resource.Type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" && resource.Name.Contains("files", StringComparison.Ordinal))
            .Select(rule => (rule.Inputs.TextAt("fromPort"), rule.Inputs.TextAt("toPort"))).Distinct();
        Assert.Equal([("988", "988"), ("1018", "1023")], ports);
        var lustre = Assert.Single(record.Resolved.Resources, resource => resource.Type == ResourceTypes.GoogleLustre);
        Assert.Equal(("9000", "files"), (lustre.Inputs.TextAt("capacityGib"), lustre.Inputs.TextAt("filesystem")));
        Assert.Contains("servicenetworking", Assert.Single(record.Resolved.Resources, resource => resource.Type == "gcp:servicenetworking/connection:Connection").Inputs.TextAt("service"), StringComparison.Ordinal);
        var policy = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.KmsKey).Inputs.TextAt("policy")!;
        Assert.Contains("AWSServiceRoleForFSxS3Access_fs-*", policy, StringComparison.Ordinal);
        Assert.Contains("fsx.us-east-1.amazonaws.com", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_priced_by_what_they_are_made_with()
    {
        var nfs = (await Nfs.Value).Costs.Resources.SelectMany(resource => resource.Lines).Where(line => line.Kind == CostKind.Files).ToDictionary(line => line.Sku, StringComparer.Ordinal);
        Assert.Equal((1300m, 0.3m), (nfs["efs-standard"].Quantity, nfs["efs-standard"].UnitPrice.Amount));
        Assert.Equal((1536m, 0.45m), (nfs["filestore-regional-enterprise"].Quantity, nfs["filestore-regional-enterprise"].UnitPrice.Amount));
        var lustre = await Lustre.Value;
        var line = Assert.Single(lustre.Costs.Resources.SelectMany(resource => resource.Lines), line => line.Kind == CostKind.Files);
        Assert.Equal(("fsx-lustre-persistent2-ssd-250", 4800m, 0.21m), (line.Sku, line.Quantity, line.UnitPrice.Amount));
        Assert.Contains(lustre.Costs.Unpriced, part => part.What == "managed-lustre-1000");
    }

    [Fact]
    public async Task Weights_lie_on_EFS_where_the_cold_start_needs_it_and_on_Google_Cloud_in_the_bucket()
    {
        var record = await Elastic.Value;
        var files = Assert.Single(record.Fleet.SharedFiles);
        Assert.Equal((Planning.Catalogs.CloudProvider.Aws, FilesUse.Weights), (files.Cloud, files.Use));
        Assert.Equal("assistant", Assert.Single(files.Servings));
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == ResourceTypes.Efs && resource.Name == "gpuinfra-us-east-1-weights");
        Assert.DoesNotContain(record.Resolved.Resources, resource => resource.Type is ResourceTypes.Filestore or ResourceTypes.GoogleLustre);
        var site = record.Fleet.Times.ColdStarts["assistant"].Sites;
        Assert.Equal(["sharedFileSystem", "objectStore"], site.Select(one => Planning.JsonText.Word(one.Deployed.Start.Store)));
        var script = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(record.Resolved.Resources.First(resource => resource.Type == ResourceTypes.LaunchTemplate && resource.Name.StartsWith("assistant", StringComparison.Ordinal)).Inputs.TextAt("userData")!));
        Assert.Contains("FILES='weights efs ", script, StringComparison.Ordinal);
        Assert.Contains("\nMODEL_DIR=/mnt/gpuinfra/weights/${WEIGHTS}\n", script, StringComparison.Ordinal);
        Assert.Contains("\nretry 60 fetch_shared\n", script, StringComparison.Ordinal);
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == ResourceTypes.BucketObject && resource.Inputs.TextAt("key")!.StartsWith("files/", StringComparison.Ordinal));
        Assert.Contains(record.Costs.Resources.SelectMany(resource => resource.Lines), line => line.Sku == "efs-elastic-throughput-read");
        var policy = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.KmsKey).Inputs.TextAt("policy")!;
        Assert.Contains("elasticfilesystem.us-east-1.amazonaws.com", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_keys_nothing_is_shared_or_copied()
    {
        var record = await Prod.Record;
        Assert.Empty(record.Fleet.SharedFiles);
        Assert.Empty(record.Fleet.StandbyRegions);
        Assert.DoesNotContain(record.Resolved.Resources, resource => resource.Type is ResourceTypes.Efs or ResourceTypes.Fsx or ResourceTypes.Filestore or ResourceTypes.GoogleLustre or ResourceTypes.Replication);
        Assert.DoesNotContain(record.Resolved.Resources, resource => resource.Inputs.TextAt("metadataStartupScript")?.Contains("FILES", StringComparison.Ordinal) == true);
    }

    private static async Task<PreviewRecord> RunAsync(string keys, string? coldStart = null)
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), keys);
        if (coldStart is not null)
        {
            sandbox.Change("prod.plan.yaml", "servings:\n", $"servings:\n  - {{ name: assistant, coldStart: {coldStart} }}\n");
        }
        else
        {
            sandbox.Change("Pulumi.prod.yaml", "  gpuinfra:engineImage:\n", $"  gpuinfra:trainingImage:\n    aws: axolotl@sha256:{new string('0', 64)}\n    gcp: us-docker.pkg.dev/acme-images/training/axolotl@sha256:{new string('0', 64)}\n  gpuinfra:engineImage:\n");
            sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: tuned, kind: fineTuning, model: llama-3.1-8b, maxContextTokens: 4096, queue: { checkpoint: 15m }, training: { method: lora, rank: 16, command: [python, train.py] } }\n");
            sandbox.Change("prod.plan.yaml", "workloads:\n", "workloads:\n  - { name: tuning, team: search, serving: tuned, demand: { inputTokensPerDay: 2B, requestsPerDay: 1M, window: { from: \"20:00\", to: \"06:00\", zone: Etc/UTC } } }\n");
        }

        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
