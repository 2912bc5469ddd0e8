using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Clusters;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>What holds for every policy there is.</summary>
public class PoliciesTests
{
    /// <summary>Policies that look at nothing in any stack, each with the reason why that is right.</summary>
    private static readonly Dictionary<string, string> Idle = new()
    {
        ["budget-alerts"] = "no stack says whom clouds tell; BudgetRulesTests look at production that does",
        ["shared-files"] = "no stack shares a file system; StorageTests do, and Violations plant some",
        ["approved"] = "no stack buys for good; Violations plant a Capacity Block",
        ["halt-as-planned"] = "no stack halts anything; HaltTests look at a stack on both clouds that does",
        ["waivers"] = "no stack waives anything; WaiverTests plant waivers",
    };

    /// <summary>Policies whose violations are planted in RunRulesTests, RouteRulesTests, SharedPricingTests, BudgetRulesTests, HaltTests, SpanTests, WaiverTests, DiffRulesTests and FreezeRulesTests.</summary>
    private static readonly string[] PlantedElsewhere =
    [
        "schema", "resolved", "plan-deployed", "pools-deployed", "survival", "survival-replay", "backend-loss", "cost-as-planned", "budget-alerts", "halt-as-planned", "fabric-where-spanned", "waivers",
        "clusters-closed", "pods-restricted", "namespaces-closed",
        "diff-protected", "diff-irrevocable", "diff-unknown-replace", "diff-last-pool", "diff-waivers", "diff-freeze",
    ];

    public static TheoryData<int, string> Planted
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (index, violation) in Violations.All.Index())
            {
                data.Add(index, $"{violation.Policy}: {violation.Says}");
            }

            return data;
        }
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task Every_stack_keeps_every_policy(string stack)
    {
        var record = await Prod.RunAsync(stack);
        Assert.Equal(PolicySet.OfRecord.Select(policy => policy.Id), record.Checks.Select(check => check.Id).Distinct());
        Assert.All(record.Checks, check => Assert.Equal(CheckStatus.Pass, check.Status));
    }

    [Fact]
    public async Task Every_policy_looks_at_something_in_some_stack_or_says_why_not()
    {
        var examined = new HashSet<string>();
        foreach (var stack in new[] { "dev", "staging", "prod" })
        {
            examined.UnionWith((await Prod.RunAsync(stack)).Checks.Where(check => check.Examined > 0).Select(check => check.Id));
        }

        examined.UnionWith((await Kube.Record).Checks.Where(check => check.Examined > 0).Select(check => check.Id));
        Assert.Equal(Idle.Keys, PolicySet.OfRecord.Select(policy => policy.Id).Where(id => !examined.Contains(id)));
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task A_planted_violation_is_caught(int index, string what)
    {
        var violation = Violations.All.ElementAt(index);
        var policy = PolicySet.OfRecord.Single(policy => policy.Id == violation.Policy);
        var before = policy.Find(await Prod.Record).ToHashSet();
        var found = policy.Find(violation.Plant(await Prod.Record)).Where(finding => !before.Contains(finding)).ToList();
        Assert.True(found.Count > 0, what);
        Assert.Contains(found, finding => finding.Detail.Contains(violation.Says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_cloud_refuses_together_is_refused_by_validate_with_reason_and_fix()
    {
        var record = await Prod.Record;
        Assert.Empty(record.RefusedCombinations("prod.plan.yaml"));
        var refused = RefusedCombinations.Policies.ToDictionary(policy => policy.Id, policy => policy.Mend);
        var planted = Violations.All.Where(violation => refused.ContainsKey(violation.Policy)).ToList();
        Assert.Equal(refused.Keys.Order(StringComparer.Ordinal), planted.Select(violation => violation.Policy).Distinct().Order(StringComparer.Ordinal));
        Assert.All(planted, violation => Assert.Contains(
            violation.Plant(record).RefusedCombinations("prod.plan.yaml"),
            problem => problem.Path == violation.Policy && problem.Message.Contains(violation.Says, StringComparison.Ordinal) && problem.Message.EndsWith(refused[violation.Policy], StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_policy_has_a_planted_violation() => Assert.Equal(
        PolicySet.All.Select(policy => policy.Id).Except(PlantedElsewhere).Order(),
        Violations.All.Select(violation => violation.Policy).Distinct().Order());

    [Fact]
    public void Every_policy_has_its_page_and_every_page_its_policy()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "policies"), "*.md")
            .Select(Path.GetFileNameWithoutExtension).Where(name => name != "README").Order(StringComparer.Ordinal);
        Assert.Equal(PolicySet.All.Select(policy => policy.Id).Order(StringComparer.Ordinal), pages);
    }

    [Fact]
    public void Every_page_says_what_why_how_to_mend_and_whether_it_can_be_waived() => Assert.All(PolicySet.All, policy =>
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "policies", $"{policy.Id}.md"));
        Assert.StartsWith($"# {policy.Id}\n", page, StringComparison.Ordinal);
        Assert.Contains($"**{policy.Rule}.**", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"Severity: {policy.Severity.ToString().ToLowerInvariant()}.", page, StringComparison.Ordinal);
        Assert.All(["## Why\n", "Source: ", "## Mend\n", "## Waive\n"], part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.Equal(policy.NotWaivable is not null, page.Contains("cannot be waived", StringComparison.Ordinal));
        Assert.Contains($"]({policy.Id}.md)", Index, StringComparison.Ordinal);
    });

    [Fact]
    public void Ids_are_short_unique_and_made_of_words()
    {
        Assert.All(PolicySet.All, policy => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", policy.Id));
        Assert.Equal(PolicySet.All.Length, PolicySet.All.Select(policy => policy.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_warning_shows_and_does_not_fail()
    {
        var record = (await Prod.Record).With(ResourceTypes.LogGroup, "", null, "kmsKeyId");
        var checks = PolicyRun.Run(record);
        var key = Assert.Single(checks, check => check.Status != CheckStatus.Pass);
        Assert.Equal(("own-keys", CheckStatus.Warn, PolicySeverity.Warning), (key.Id, key.Status, key.Severity));
        Assert.True((record with { Checks = checks }).Passed);
    }

    [Fact]
    public async Task A_finding_about_a_secret_does_not_repeat_it()
    {
        var violations = Violations.All.Where(violation => violation.Policy == "no-plaintext-secret");
        var record = violations.Aggregate(await Prod.Record, (record, violation) => violation.Plant(record));
        var found = SecretRules.NoPlaintextSecret.Find(record).ToList();
        Assert.True(found.Count >= 6);
        Assert.DoesNotContain(found, finding =>
            new[] { "hf_", "AKIA", "opensesame", "MIIE", "horse" }.Any(part => finding.Detail.Contains(part, StringComparison.Ordinal)));
    }

    private static string Index => File.ReadAllText(Path.Combine(Repository.Root, "docs", "policies", "README.md"));
}
