using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>The budget halt as recorded: development on both clouds, where it enforces on one of two servings.</summary>
public class HaltTests
{
    private const string Function = "aws:lambda/function:Function", Group = ResourceTypes.AutoScalingGroup, Scaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Amazon = "aws:budgets/budget:Budget", Google = "gcp:billing/budget:Budget", Action = "aws:budgets/budgetAction:BudgetAction";
    private static readonly Lazy<Task<PreviewRecord>> Record = new(() => RunAsync());
    private static readonly Lazy<Task<PreviewRecord>> Plain = new(() => RunAsync(halt: ""));

    /// <summary>The development stack on both clouds, where a used-up budget halts one serving.</summary>
    public static Task<PreviewRecord> Halting => Record.Value;

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> Violations => new()
    {
        { "the plan does not name its pool", record => record.Changed(Group, "assistant", group => group with { Inputs = Sign(group.Inputs) }) },
        { "does not say that it may be halted", record => record.With(Group, "coder", List(), "tags") },
        { "would start its launches again", record => record.Changed(Group, "coder", group => group with { Options = group.Options with { IgnoreChanges = [] } }) },
        { "does not start the halt", record => record.With(Amazon, "", List(), "notifications") },
        { "nothing that halts takes", record => record.Without("gcp:pubsub/subscription:Subscription") },
        { "would put it back", record => record.With(ResourceTypes.RegionalGroup, "coder", new PropertyValue.Number(3), "targetSize") },
        { "break-glass deploys or breaks glass", record => record.With(
            Action, "", List(Text("ml-experiments"), Text("break-glass")), "definition", "iamActionDefinition", "roles") },
        { "does not name the role break-glass", record => record.With(Action, "", List(Text("break-glass")), "definition", "iamActionDefinition", "roles") },
        { "no autoscaler", record => record.Without(Scaler) },
        { "turn its autoscaler on again", record => record.Changed(Scaler, "coder", scaler => scaler with { Options = scaler.Options with { IgnoreChanges = [] } }) },
    };

    [Fact]
    public async Task Every_policy_and_every_schema_is_kept_and_everything_is_priced_or_told()
    {
        var record = await Record.Value;
        Assert.All(record.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        Assert.True(record.Checks.Single(check => check.Id == "halt-as-planned").Examined >= 6);
        Assert.DoesNotContain(record.Costs.Unpriced, part => part.Reason == PricingTable.Unclassified);
    }

    [Fact]
    public async Task It_changes_no_pool_no_hash_and_no_machine()
    {
        var (plain, record) = (await Plain.Value, await Record.Value);
        Assert.Equal(plain.Fleet.PlanHash, record.Fleet.PlanHash);
        Assert.Equal(plain.Costs.Monthly, record.Costs.Monthly);
        foreach (var type in new[] { ResourceTypes.LaunchTemplate, "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate" })
        {
            Assert.Equal(Texts(plain, type), Texts(record, type));
        }
    }

    [Fact]
    public async Task Only_groups_of_the_named_serving_say_that_they_may_be_halted_and_their_machines_do_not()
    {
        var record = await Record.Value;
        var signed = record.Managed.Where(resource => resource.Type == Group && resource.Inputs.ListAt("tags").Any(tag => tag.TextAt("key") == "budget-halt")).ToList();
        Assert.NotEmpty(signed);
        Assert.All(signed, group => Assert.StartsWith("coder-", group.Name, StringComparison.Ordinal));
        Assert.Equal(record.Managed.Count(resource => resource.Type == Group && resource.Name.StartsWith("coder-", StringComparison.Ordinal)), signed.Count);
    }

    [Fact]
    public async Task Both_clouds_run_the_same_decisions_on_the_same_settings()
    {
        var (amazon, google) = (await FilesAsync(Function), await FilesAsync("gcp:storage/bucketObject:BucketObject"));
        Assert.Equal(amazon["halting.py"], google["halting.py"]);
        Assert.Equal(["aws.py", "config.json", "halting.py"], amazon.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["config.json", "decision.py", "gcp.py", "halting.py", "main.py", "model.py", "requirements.txt", "run.py"], google.Keys.Order(StringComparer.Ordinal));
        var read = Regex.Matches(amazon["halting.py"], "config\\[\"([A-Za-z]+)\"\\]").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        foreach (var config in new[] { amazon, google }.Select(files => JsonNode.Parse(files["config.json"])!.AsObject()))
        {
            Assert.Equal(read, config.Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal(("enforce", "zero", 1.0), ((string?)config["mode"], (string?)config["to"], (double)config["haltAt"]!));
            Assert.All(config["pools"]!.AsArray(), pool => Assert.StartsWith("coder-", (string?)pool, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Google_knows_every_budget_by_the_name_that_its_messages_carry()
    {
        var budgets = JsonNode.Parse((await FilesAsync("gcp:storage/bucketObject:BucketObject"))["config.json"])!["budgets"]!.AsArray();
        Assert.Equal(
            (await Record.Value).Managed.Where(resource => resource.Type == Google).Select(resource => resource.Inputs.TextAt("displayName")).Order(StringComparer.Ordinal),
            budgets.Select(budget => (string?)budget!["name"]).Order(StringComparer.Ordinal));
        Assert.Equal(1, budgets.Count(budget => (bool)budget!["daily"]!));
        Assert.Equal(1, budgets.Count(budget => (string?)budget!["serving"] == "coder"));
    }

    [Fact]
    public async Task A_day_on_Google_is_counted_from_a_budget_of_a_month_that_tells_nobody()
    {
        var record = await Record.Value;
        var day = record.Managed.Single(resource => resource.Type == Google && resource.Name == "gcp-budget-engineering-daily");
        Assert.Empty(day.Inputs.ListAt("thresholdRules"));
        Assert.Empty(day.Inputs.ListAt("allUpdatesRule", "monitoringNotificationChannels"));
        Assert.DoesNotContain(record.Fleet.Warnings, warning => warning.Contains("know no day", StringComparison.Ordinal));
        Assert.Contains((await Plain.Value).Fleet.Warnings, warning => warning.Contains("know no day", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_alarm_has_its_section_in_the_runbook()
    {
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbooks", "budget-halt.md"));
        var texts = (await Record.Value).Managed.Select(resource => resource.Inputs.TextAt("alarmDescription") ?? resource.Inputs.TextAt("documentation", "content")).OfType<string>()
            .Where(text => text.Contains("budget-halt.md", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, texts.Count);
        Assert.All(texts, text => Assert.Contains($"\n## {text.Split('#')[1]}\n", runbook, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Production_is_told_and_nothing_is_made_unless_the_plan_says_hold()
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "haltAt: 100% }", "haltAt: 100%, alerts: { email: [a@example.com] }, halt: { servings: [coder, embedder], mode: enforce } }");
        File.AppendAllText(sandbox.Stacks("Pulumi.prod.yaml"), "  gpuinfra:billingAccount: 012345-6789AB-CDEF01\n");
        var alert = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
        Assert.DoesNotContain(alert.Managed, resource => resource.Urn.Contains("Halt", StringComparison.Ordinal) || resource.Name.Contains("-halt", StringComparison.Ordinal));

        sandbox.Change("prod.plan.yaml", "mode: enforce }", "mode: enforce, production: hold }");
        var hold = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
        Assert.All(hold.Checks, check => Assert.True(check.Status == CheckStatus.Pass, $"{check.Id} {check.Subject}: {check.Detail}"));
        var role = hold.Resolved.Resources.Single(resource => resource.Type == "aws:iam/rolePolicy:RolePolicy" && resource.Name.EndsWith("-halt", StringComparison.Ordinal));
        var allowed = AccessStatement.Read(role.Inputs.At("policy")).Where(statement => statement.Allows).SelectMany(statement => statement.Actions).ToList();
        Assert.Contains("autoscaling:SuspendProcesses", allowed);
        Assert.DoesNotContain("autoscaling:UpdateAutoScalingGroup", allowed);
        Assert.DoesNotContain(
            hold.Managed.Where(resource => resource.Type == Group && resource.Name.Contains("reserved", StringComparison.Ordinal)),
            group => group.Inputs.ListAt("tags").Any(tag => tag.TextAt("key") == "budget-halt"));
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Each_way_of_losing_it_is_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Record.Value;
        Assert.Empty(HaltRules.HaltAsPlanned.Find(record));
        Assert.Contains(HaltRules.HaltAsPlanned.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    private static PropertyValue.Map Sign(PropertyValue.Map inputs) => new(inputs.Members.SetItem(
        "tags", List([.. inputs.ListAt("tags"), Map(("key", Text("budget-halt")), ("value", Text("enabled")))])));

    private static IEnumerable<string> Texts(PreviewRecord record, string type) =>
        record.Managed.Where(resource => resource.Type == type).Select(resource => $"{resource.Urn} {RecordJson.ToText(resource.Inputs)}");

    private static async Task<Dictionary<string, string>> FilesAsync(string type)
    {
        var resource = (await Record.Value).Managed.Single(resource => resource.Type == type && resource.Name.Contains("-halt", StringComparison.Ordinal)
            && (type == Function || resource.Inputs.TextAt("name")!.StartsWith("source-", StringComparison.Ordinal)));
        var archive = Assert.IsType<PropertyValue.AssetValue>(resource.Inputs.Members[type == Function ? "code" : "source"]);
        return JsonNode.Parse(archive.Content)!.AsObject().ToDictionary(file => file.Key, file => (string)file.Value!["content"]!);
    }

    private static async Task<PreviewRecord> RunAsync(string halt = ", servings: { coder: $4k }, halt: { servings: [coder], mode: enforce, roles: [ml-experiments], neverRoles: [deployer, break-glass] }")
    {
        using var sandbox = new Sandbox();
        sandbox.Change(
            "dev.plan.yaml",
            "clouds:\n  aws: { account: \"111122223333\", share: 100%, regions: [us-east-1] }",
            "clouds:\n  aws: { account: \"111122223333\", share: 50%, regions: [us-east-1] }\n  gcp: { project: acme-gpu-dev, share: 50%, regions: [us-central1] }");
        sandbox.Change("dev.plan.yaml", "haltAt: 100% }", $"haltAt: 100%, alerts: {{ email: [platform-lead@example.com] }}{halt} }}");
        sandbox.Change("dev.plan.yaml", "headroom: 0%", "teams: { engineering: { daily: $200 } }\nheadroom: 0%");
        sandbox.Change("Pulumi.dev.yaml", "      us-east-1: ami-0123456789abcdef0\n", "      us-east-1: ami-0123456789abcdef0\n    gcp: projects/acme/global/images/example-v1\n");
        sandbox.Change(
            "Pulumi.dev.yaml",
            "    aws: vllm-openai@",
            "    gcp: us-docker.pkg.dev/acme/serving/vllm-openai@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n    aws: vllm-openai@");
        File.AppendAllText(sandbox.Stacks("Pulumi.dev.yaml"), "  gpuinfra:billingAccount: 012345-6789AB-CDEF01\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "dev"));
    }
}
