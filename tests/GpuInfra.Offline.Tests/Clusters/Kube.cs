using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Production's plan on clusters, previewed once.</summary>
internal static class Kube
{
    public const string Deployment = "kubernetes:apps/v1:Deployment";
    public const string CronJob = "kubernetes:batch/v1:CronJob";
    public const string DaemonSet = "kubernetes:apps/v1:DaemonSet";

    private static readonly Lazy<Task<PreviewRecord>> Preview = new(() => RunAsync());

    private static readonly Lazy<Task<PreviewRecord>> WithJobs = new(() => RunAsync(sandbox =>
    {
        sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: digest, kind: batch, model: llama-3.1-8b, maxContextTokens: 16384, survive: { zone: 0%, cloud: 0% }, queue: {} }\n");
        sandbox.Change("prod.plan.yaml", "workloads:\n", "workloads:\n  - { name: night, team: search, serving: digest, demand: { inputTokensPerDay: 6B, outputTokensPerDay: 600M, requestsPerDay: 5M, window: { from: \"22:00\", to: \"05:00\", zone: UTC } } }\n");
    }));

    private static readonly Lazy<Task<PreviewRecord>> WithStore = new(() => RunAsync(sandbox => sandbox.Watch("monitoring: { mode: managed, receivers: [{ service: email, address: on-call@example.com }] }\n")));

    public static Task<PreviewRecord> Record => Preview.Value;

    /// <summary>The same, whose monitors send to the clouds' own stores.</summary>
    public static Task<PreviewRecord> Stored => WithStore.Value;

    /// <summary>The same with a nightly digest that takes jobs from a queue.</summary>
    public static Task<PreviewRecord> Queued => WithJobs.Value;

    /// <summary>Previews production on clusters, changed in some way.</summary>
    public static async Task<PreviewRecord> RunAsync(Action<Sandbox>? change = null)
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "environment: prod\n", "environment: prod\nplatform: kubernetes\n");
        change?.Invoke(sandbox);
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }

    /// <summary>What its policies complain of.</summary>
    public static string Complaints(this PreviewRecord record) =>
        string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}"));

    public static IEnumerable<ResourceRecord> Of(this PreviewRecord record, string type) => record.Resolved.Resources.Where(resource => resource.Type == type);
}
