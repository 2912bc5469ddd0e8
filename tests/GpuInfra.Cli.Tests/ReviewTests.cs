using GpuInfra.Cli.Reports;

namespace GpuInfra.Cli.Tests;

/// <summary>What a reviewer is shown of typical changes, on a small fleet, held to reviewed files.</summary>
public sealed class ReviewTests : IDisposable
{
    private const string Config = """
        config:
          gpuinfra:images:
            aws: { us-east-1: ami-0123456789abcdef0, us-west-2: ami-0123456789abcdef0 }
            gcp: projects/acme-prod/global/images/example-gpu-image-v1
          gpuinfra:engineImage:
            aws: vllm-openai@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            gcp: us-docker.pkg.dev/acme-prod/serving/vllm-openai@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          gpuinfra:weights: { llama-3.1-8b/bf16: r1, mistral-7b/bf16: r1, bge-large/fp16: r1 }
        """;

    private const string Plan = """
        version: 1
        environment: prod
        start: 2026-12
        horizonMonths: 3
        growth: { monthly: 10% }
        clouds:
          aws: { account: "111122223333", share: 60%, regions: [us-east-1] }
          gcp: { project: acme-prod, share: 40%, regions: [us-central1] }
        headroom: 20%
        survive: { zone: 50%, cloud: 30% }
        teams: { support: { owner: a@example.com, costCenter: cc-1 } }
        servings:
          - { name: chat, kind: online, model: llama-3.1-8b, maxContextTokens: 16384, latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms } }
        workloads:
          - { name: chat, team: support, serving: chat, demand: { profile: azure-conv-2023, scale: 8 } }

        """;

    private const string Held = """
        purchasing: { reserve: { upTo: p50, term: 1yr } }
        commitments:
          - { name: sp-1, cloud: aws, region: us-east-1, family: FAMILY, count: 4, term: 1yr, percentOff: 37%, until: 2026-12, approval: sp-1.yaml }

        """;

    /// <summary>A discount that makes machines with another GPU the cheapest.</summary>
    private const string CheaperElsewhere = "prices: { discounts: [{ cloud: aws, family: g6e, percent: 75%, until: 2027-12 }] }\n";

    private static readonly string OneCloud = Plan
        .Replace("  gcp: { project: acme-prod, share: 40%, regions: [us-central1] }\n", "", StringComparison.Ordinal)
        .Replace("share: 60%", "share: 100%", StringComparison.Ordinal)
        .Replace("survive: { zone: 50%, cloud: 30% }", "survive: { zone: 50% }", StringComparison.Ordinal);

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-").FullName;

    public ReviewTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "stacks"));
        File.Copy(Path.Combine(Repository.Root, "Pulumi.yaml"), Path.Combine(_root, "Pulumi.yaml"));
        Write("Pulumi.prod.yaml", Config);
        Write("before.plan.yaml", Plan);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public Task Demand_is_doubled() => ReviewAsync("demand", 0, plan => plan.Replace("scale: 8", "scale: 16", StringComparison.Ordinal));

    [Fact]
    public Task Another_GPU_in_one_step_is_refused() => ReviewAsync("gpu", 1, _ => OneCloud + CheaperElsewhere, OneCloud);

    [Fact]
    public async Task Another_GPU_beside_the_old_one_that_drains_is_let_through()
    {
        Write("before.plan.yaml", OneCloud);
        var ran = await Cli.In(_root, "plan", "--plan", "stacks/before.plan.yaml", "--json");
        using var fleet = System.Text.Json.JsonDocument.Parse(ran.Out);
        var draining = fleet.RootElement.GetProperty("pools").EnumerateArray().Select(pool =>
            $"  - {{ pool: {pool.GetProperty("id").GetString()}, instanceType: {pool.GetProperty("instanceType").GetString()}, instances: {pool.GetProperty("instances").GetProperty("desired").GetInt32()} }}");
        await ReviewAsync("draining", 0, _ => $"{OneCloud}{CheaperElsewhere}draining:\n{string.Join('\n', draining)}\n", OneCloud);
    }

    [Fact]
    public Task A_region_is_added() => ReviewAsync("region", 0, plan => plan
        .Replace("regions: [us-east-1]", "regions: [us-east-1, us-west-2]", StringComparison.Ordinal)
        .Replace("workloads:\n", """
              - { name: index, kind: embedding, model: bge-large, maxContextTokens: 512, survive: { zone: 0%, cloud: 0% }, residency: { allow: [us-west-2, us-central1] } }
            workloads:
              - { name: nightly, team: support, serving: index, demand: { inputTokensPerDay: 1B, requestsPerDay: 3M } }

            """, StringComparison.Ordinal));

    [Fact]
    public Task A_cloud_is_removed() => ReviewAsync("cloud", 1, _ => $"{OneCloud}retire: [{{ name: gcp, after: 2026-12 }}]\n");

    [Fact]
    public async Task A_commitment_and_a_reservation_end()
    {
        var ran = await Cli.In(_root, "plan", "--plan", "stacks/before.plan.yaml", "--json");
        using var fleet = System.Text.Json.JsonDocument.Parse(ran.Out);
        var type = fleet.RootElement.GetProperty("pools").EnumerateArray().First(pool => pool.GetProperty("cloud").GetString() == "aws").GetProperty("instanceType").GetString()!;
        var held = Held.Replace("FAMILY", type.Split('.')[0], StringComparison.Ordinal);
        Write("held.yaml", $$"""
            version: 1
            reservations:
              - { id: cr-0123456789abcdef0, kind: onDemand, cloud: aws, account: "111122223333", region: us-east-1, zone: use1-az2, instanceType: {{type}}, count: 2, start: 2026-06-01, end: 2026-12-31, hourlyUsd: $4, assign: { prod: 2 } }
            """);
        Directory.CreateDirectory(Path.Combine(_root, "stacks", "approvals"));
        Write("approvals/sp-1.yaml", "version: 1\noffering: sp-1\npriceCap: $1M\napprovedBy: cfo@example.com\napprovedOn: 2025-11-01\nexpires: 2025-12-31\n");
        Write("none.yaml", "version: 1\nreservations: []\n");
        await ReviewAsync(
            "reservation", 0, _ => $"{OneCloud}{held}ledger: none.yaml\nasOf: 2027-01\n", $"{OneCloud}{held}ledger: held.yaml\n");
    }

    [Fact]
    public Task A_model_is_changed() => ReviewAsync("model", 0, plan => plan.Replace("llama-3.1-8b", "mistral-7b", StringComparison.Ordinal));

    [Fact]
    public Task Nothing_is_changed() => ReviewAsync("nothing", 0, plan => $"# a comment\n{plan}");

    [Fact]
    public async Task A_comment_fits_GitHubs_limit_whatever_changes()
    {
        var workloads = string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"  - {{ name: w{i}, team: support, kind: online, model: llama-3.1-8b, maxContextTokens: 16384, latency: {{ timeToFirstToken: 2s, timePerOutputToken: 50ms }}, demand: {{ profile: azure-conv-2023, scale: 4 }} }}\n"));
        Write("after.plan.yaml", Plan + workloads);
        await Cli.In(_root, "diff", "stacks/before.plan.yaml", "stacks/after.plan.yaml", "--md", "comment.md");
        var comment = await File.ReadAllTextAsync(Path.Combine(_root, "comment.md"));
        Assert.InRange(comment.Length, 20_000, MarkdownRenderer.CommentLimit - 1);
        Assert.Contains("Nothing speaks against it", comment[..500], StringComparison.Ordinal);
        Assert.Contains("`gpuinfra diff` shows the whole", comment, StringComparison.Ordinal);
    }

    private async Task ReviewAsync(string golden, int code, Func<string, string> change, string? before = null)
    {
        if (before is not null)
        {
            Write("before.plan.yaml", before);
        }

        Write("after.plan.yaml", change(Plan));
        var ran = await Cli.In(_root, "diff", "stacks/before.plan.yaml", "stacks/after.plan.yaml", "--today", "2026-12-01", "--md", "comment.md");
        Assert.True(ran.Code == code, $"{ran.Code}: {ran.Error}{ran.Out}");
        Golden.AssertFile($"tests/GpuInfra.Cli.Tests/Golden/review.{golden}.md", await File.ReadAllTextAsync(Path.Combine(_root, "comment.md")));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_root, "stacks", name), text);
}
