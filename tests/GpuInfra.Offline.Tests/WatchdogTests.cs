using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>The watchdog as recorded, in a stack that runs on both clouds and enforces.</summary>
public sealed class WatchdogTests
{
    private const string Function = "aws:lambda/function:Function";
    private const string SourceObject = "gcp:storage/bucketObject:BucketObject";
    private static readonly string[] Modules = ["decision.py", "model.py", "run.py"];

    private static readonly Lazy<Task<PreviewRecord>> Record = new(() => RunAsync());

    /// <summary>The development stack on both clouds, where the watchdog acts.</summary>
    public static Task<PreviewRecord> BothClouds => Record.Value;

    [Fact]
    public async Task Both_clouds_keep_every_policy_and_every_schema()
    {
        var record = await BothClouds;
        Assert.All(record.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        Assert.True(record.Checks.Single(check => check.Id == "function-guarded").Examined >= 2);
        Assert.True(record.Checks.Single(check => check.Id == "stop-fenced").Examined >= 2);
    }

    [Fact]
    public async Task Both_clouds_run_the_same_decisions()
    {
        var (amazon, google) = (await FilesAsync(Function), await FilesAsync(SourceObject));
        Assert.All(Modules, module => Assert.Equal(amazon[module], google[module]));
        Assert.Equal([.. Modules, "aws.py", "config.json"], amazon.Keys.Order(StringComparer.Ordinal).OrderBy(name => !Modules.Contains(name)));
        Assert.Equal(["config.json", "decision.py", "main.py", "model.py", "requirements.txt", "run.py"], google.Keys.Order(StringComparer.Ordinal));
        var record = await BothClouds;
        Assert.Equal("aws.handler", One(record, Function).Inputs.TextAt("handler"));
        Assert.Equal("main", One(record, "gcp:cloudfunctionsv2/function:Function").Inputs.TextAt("buildConfig", "entryPoint"));
    }

    [Fact]
    public async Task The_configuration_has_all_keys_that_the_program_reads_and_no_others()
    {
        var model = (await FilesAsync(Function))["model.py"];
        var read = Regex.Matches(model, "config\\[\"([A-Za-z]+)\"\\]").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        foreach (var type in new[] { Function, SourceObject })
        {
            var config = await ConfigAsync(type);
            Assert.Equal(read, config.Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal("enforce", (string?)config["mode"]);
            Assert.Equal((30, 5.0), ((int)config["idleMinutes"]!, (double)config["utilizationBelow"]!));
            Assert.All(config["pools"]!.AsObject(), pool => Assert.True((int)pool.Value!["graceMinutes"]! > 0));
        }

        var plain = (await ConfigAsync(Function))["plainTypes"]!.AsArray().Select(type => (string)type!).ToList();
        Assert.Contains("g6.xlarge", plain);
        Assert.DoesNotContain(plain, type => type.StartsWith('p') || type.StartsWith("trn", StringComparison.Ordinal));
        Assert.Contains("g2-standard-48", (await ConfigAsync(SourceObject))["plainTypes"]!.AsArray().Select(type => (string)type!));
        Assert.Equal("pulumi/gpuinfra/dev", (string?)(await ConfigAsync(Function))["managedBy"]);
        Assert.Equal("pulumi-gpuinfra-dev", (string?)(await ConfigAsync(SourceObject))["managedBy"]);
    }

    [Fact]
    public async Task The_configuration_names_the_pools_that_may_be_shut_down_as_their_machines_do()
    {
        var record = await BothClouds;
        foreach (var (type, cloud) in new[] { (Function, "aws"), (SourceObject, "gcp") })
        {
            var pools = record.Fleet.Pools.Where(pool => pool.AutoShutdown && pool.Id.Contains($"-{cloud}-", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(pools);
            var named = (await ConfigAsync(type))["pools"]!.AsObject();
            Assert.Equal(pools.Select(pool => pool.Id).Order(StringComparer.Ordinal), named.Select(pool => pool.Key));
            Assert.All(pools, pool => Assert.Equal(pool.Gpu is not ("l4" or "t4" or "a10g" or "l40s" or "rtx-pro-6000"), (bool)named[pool.Id]!["scarce"]!));
        }
    }

    [Fact]
    public async Task A_changed_demand_changes_neither_program()
    {
        var more = await RunAsync(sandbox => sandbox.Change("dev.plan.yaml", "scale: 0.5", "scale: 0.6"));
        Assert.Equal((await BothClouds).Fleet.Pools.Select(pool => pool.Id), more.Fleet.Pools.Select(pool => pool.Id));
        Assert.Equal(RecordJson.ToText(One(await BothClouds, Function).Inputs), RecordJson.ToText(One(more, Function).Inputs));
        Assert.Equal(RecordJson.ToText(Source(await BothClouds).Inputs), RecordJson.ToText(Source(more).Inputs));
    }

    [Fact]
    public async Task Production_has_no_watchdog_and_nothing_that_belongs_to_one()
    {
        var watching = (await BothClouds).Managed.Select(resource => resource.Type)
            .Except((await Prod.Record).Managed.Select(resource => resource.Type)).ToList();
        Assert.Contains(Function, watching);
        Assert.DoesNotContain((await Prod.Record).Resolved.Resources, resource => resource.Type.Contains("Watchdog", StringComparison.Ordinal)
            || RecordJson.ToText(resource.Inputs).Contains("gpuinfra-meter", StringComparison.Ordinal)
            || RecordJson.ToText(resource.Inputs).Contains("idle-minutes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pitfall_12_an_update_does_not_put_back_what_schedules_and_the_watchdog_changed()
    {
        var record = await BothClouds;
        var groups = record.Managed.Where(resource => resource.Type == ResourceTypes.AutoScalingGroup).ToList();
        Assert.NotEmpty(groups);
        Assert.All(groups, group => Assert.Contains("desiredCapacity", group.Options.IgnoreChanges));
        var regional = record.Managed.Where(resource => resource.Type == ResourceTypes.RegionalGroup).ToList();
        Assert.NotEmpty(regional);
        Assert.All(regional, group => Assert.Null(group.Inputs.At("targetSize")));
        Assert.Equal("insecureValue", Assert.Single(One(record, "aws:ssm/parameter:Parameter").Options.IgnoreChanges));
        var kept = record.Managed.Where(resource => resource.Type == SourceObject && resource.Inputs.TextAt("name") is "switch" or "state.json").ToList();
        Assert.Equal(2, kept.Count);
        Assert.All(kept, item => Assert.Contains("content", item.Options.IgnoreChanges));
    }

    [Fact]
    public async Task Every_alarm_has_its_section_in_the_runbook()
    {
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbooks", "watchdog.md"));
        var texts = (await BothClouds).Managed
            .Select(resource => resource.Inputs.TextAt("alarmDescription") ?? resource.Inputs.TextAt("documentation", "content")).OfType<string>().ToList();
        Assert.Equal(6, texts.Count);
        Assert.All(texts, text =>
        {
            var section = Regex.Match(text, "Runbook: docs/runbooks/watchdog\\.md#([a-z-]+)$").Groups[1].Value;
            Assert.Contains($"\n## {section}\n", runbook, StringComparison.Ordinal);
        });
        Assert.Contains("\n## unknown\n", runbook, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> ConfigAsync(string type) => JsonNode.Parse((await FilesAsync(type))["config.json"])!.AsObject();

    private static async Task<Dictionary<string, string>> FilesAsync(string type)
    {
        var resource = type == SourceObject ? Source(await BothClouds) : One(await BothClouds, type);
        var archive = Assert.IsType<PropertyValue.AssetValue>(resource.Inputs.Members[type == SourceObject ? "source" : "code"]);
        return JsonNode.Parse(archive.Content)!.AsObject().ToDictionary(file => file.Key, file => (string)file.Value!["content"]!);
    }

    private static ResourceRecord Source(PreviewRecord record) => record.Managed.Single(
        resource => resource.Type == SourceObject && resource.Inputs.TextAt("name")!.StartsWith("source-", StringComparison.Ordinal));

    private static ResourceRecord One(PreviewRecord record, string type) => record.Managed.Single(resource => resource.Type == type);

    private static async Task<PreviewRecord> RunAsync(Action<Sandbox>? change = null)
    {
        using var sandbox = new Sandbox();
        sandbox.Change(
            "dev.plan.yaml",
            "clouds:\n  aws: { account: \"111122223333\", share: 100%, regions: [us-east-1] }",
            "clouds:\n  aws: { account: \"111122223333\", share: 50%, regions: [us-east-1] }\n  gcp: { project: acme-gpu-dev, share: 50%, regions: [us-central1] }");
        sandbox.Change("dev.plan.yaml", "shutdown:\n", "shutdown:\n  mode: enforce\n");
        sandbox.Change("Pulumi.dev.yaml", "      us-east-1: ami-0123456789abcdef0\n", "      us-east-1: ami-0123456789abcdef0\n    gcp: projects/acme/global/images/example-v1\n");
        sandbox.Change(
            "Pulumi.dev.yaml",
            "    aws: vllm-openai@",
            "    gcp: us-docker.pkg.dev/acme/serving/vllm-openai@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n    aws: vllm-openai@");
        change?.Invoke(sandbox);
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "dev"));
    }
}
