using System.Globalization;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>What a new stack begins with: one serving of one model for one workload. Values stand in the plan as they were given; whoever reads the plan judges them.</summary>
internal sealed record StackDraft
{
    private const string ExampleDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public required string Stack { get; init; }

    public required string Model { get; init; }

    public required string Start { get; init; }

    public required string Owner { get; init; }

    /// <summary>An account and its regions, as <c>111122223333/us-east-1,us-west-2</c>.</summary>
    public required string? Amazon { get; init; }

    /// <summary>A project and its regions.</summary>
    public required string? Google { get; init; }

    public required DeploymentEnvironment Environment { get; init; }

    public required string? Profile { get; init; }

    public required string? Scale { get; init; }

    /// <summary>Input tokens, output tokens, requests a day and peak to mean, with commas between.</summary>
    public required string? Daily { get; init; }

    /// <summary>True for what Pulumi takes as a stack's name and a file's name can hold.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 100 && char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>The plan.</summary>
    /// <exception cref="PlanException">A value has not the parts that it must have.</exception>
    public string ToPlan()
    {
        var both = Amazon is not null && Google is not null;
        var plan = new StringBuilder();
        plan.Append(CultureInfo.InvariantCulture, $"""
            # yaml-language-server: $schema=plan.schema.json
            # {Stack}: written by `gpuinfra init`; docs/plan.md has every key.
            version: 1
            environment: {Environment.ToString().ToLowerInvariant()}
            start: {Quote(Start)}        # the month that the demand is of, and the first of the horizon
            horizonMonths: 12

            clouds:

            """);
        plan.Append(Amazon is { } aws ? $"  aws: {{ account: {Cloud("--aws", aws, both ? "70%" : "100%")} }}\n" : "");
        plan.Append(Google is { } google ? $"  gcp: {{ project: {Cloud("--gcp", google, both ? "30%" : "100%")} }}\n" : "");
        plan.Append(CultureInfo.InvariantCulture, $$"""

            headroom: 20%         # above the planned peak
            {{(Environment == DeploymentEnvironment.Prod ? "survive: { zone: 60% }   # of P95 demand when a zone is lost" : "survive: { zone: 0% }    # nothing is promised when a zone is lost")}}

            teams:
              owners: { owner: {{Quote(Owner)}}, costCenter: unassigned }

            servings:
              - name: assistant
                kind: online
                model: {{Quote(Model)}}
                precision: native
                latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms, percentile: 95 }

            workloads:
              - { name: chat, team: owners, serving: assistant, demand: {{Demand()}} }

            tags:
              required: [environment, team, cost-center, managed-by]

            """);
        return plan.ToString();
    }

    /// <summary>The configuration of the stack, with examples for what no plan can know.</summary>
    public string ToConfiguration(FleetPlan fleet)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {Stack}: written by `gpuinfra init`. Every value here is an example: put your own in its place.
            config:
              # Machine images with the NVIDIA driver, Docker and its NVIDIA runtime, pinned.
              gpuinfra:images:

            """);
        if (Amazon is { } aws)
        {
            text.Append("    aws:\n");
            Regions(aws).ToList().ForEach(region => text.Append(CultureInfo.InvariantCulture, $"      {region}: ami-0123456789abcdef0\n"));
        }

        var project = Google?.Split('/')[0];
        text.Append(project is null ? "" : $"    gcp: projects/{project}/global/images/example-gpu-image-v1\n");
        text.Append("  # vLLM's image by digest.\n  gpuinfra:engineImage:\n");
        text.Append(Amazon is null ? "" : $"    aws: vllm-openai@{ExampleDigest}\n");
        text.Append(project is null ? "" : $"    gcp: us-docker.pkg.dev/{project}/serving/vllm-openai@{ExampleDigest}\n");
        text.Append("  # Revision of the weights by model and precision: the last part of the path that they are uploaded to.\n  gpuinfra:weights:\n");
        foreach (var weights in fleet.Pools.Select(pool => $"{pool.Engine.Model}/{pool.Engine.Precision.ToString().ToLowerInvariant()}").Distinct().Order(StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {weights}: example-revision-1\n");
        }

        return text.ToString();
    }

    private string Demand()
    {
        if (Daily is not { } daily)
        {
            return $"{{ profile: {Quote(Profile ?? "azure-conv-2023")}, scale: {Scale ?? "1"} }}";
        }

        var parts = daily.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 4
            ? $"{{ inputTokensPerDay: {parts[0]}, outputTokensPerDay: {parts[1]}, requestsPerDay: {parts[2]}, peakToMean: {parts[3]} }}"
            : throw UserError.Because("--daily", $"\"{daily}\" is not four figures: input tokens, output tokens and requests a day, and how far the peak minute lies above the mean, as 800M,200M,1M,3.");
    }

    private static string Cloud(string option, string value, string share)
    {
        var parts = value.Split('/');
        return parts is [{ Length: > 0 } account, { Length: > 0 }]
            ? $"{Quote(account)}, share: {share}, regions: [{string.Join(", ", Regions(value))}]"
            : throw UserError.Because(option, $"\"{value}\" is not an account and regions; write it as {(option == "--aws" ? "111122223333/us-east-1" : "acme-gpu/us-central1")}.");
    }

    private static string[] Regions(string value) => value.Split('/')[^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Text as YAML's double quotes take it: what an option held stays one value, whatever is in it.</summary>
    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
