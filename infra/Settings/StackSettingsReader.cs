using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pulumi;

namespace GpuInfra.Infra.Settings;

/// <summary>
/// Reads <see cref="StackSettings"/> from a stack's configuration, strictly: an unknown or doubled key is a problem, not a
/// setting that silently does nothing.
/// </summary>
internal sealed class StackSettingsReader
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    private readonly Config _config;
    private readonly List<string> _problems = [];

    private StackSettingsReader(Config config) => _config = config;

    public static StackSettings Read(Config config, string project, string stack) =>
        new StackSettingsReader(config).Read(project, stack);

    private StackSettings Read(string project, string stack)
    {
        var images = Object<ImageSettings>("images");
        var routers = Object<ImageSettings>("routerImages");
        var monitors = Object<MonitorImageSettings>("monitorImages");
        var engine = Object<EngineSettings>("engineImage");
        var training = Object<EngineSettings>("trainingImage");
        return new StackSettings
        {
            Project = project,
            Stack = stack,
            PlanFile = PlanFile(stack),
            AmazonImages = (images?.Aws).OrEmpty(),
            AmazonRootDevice = images?.AwsRootDevice ?? "/dev/xvda",
            GoogleImage = images?.Gcp,
            AmazonRouterImages = (routers?.Aws).OrEmpty(),
            AmazonRouterRootDevice = routers?.AwsRootDevice ?? "/dev/xvda",
            GoogleRouterImage = routers?.Gcp,
            AmazonMonitorImages = (monitors?.Aws).OrEmpty(),
            GoogleMonitorImage = monitors?.Gcp,
            AmazonEngineImage = engine?.Aws,
            GoogleEngineImage = engine?.Gcp,
            AmazonTrainingImage = training?.Aws,
            GoogleTrainingImage = training?.Gcp,
            Weights = Object<ImmutableDictionary<string, string>>("weights").OrEmpty(),
            Networks = Object<ImmutableDictionary<string, string>>("networks").OrEmpty(),
            KubeConfigOf = region => _config.GetSecret($"kubeconfig-{region}"),
            Cluster = Object<ClusterSettings>("cluster") ?? new ClusterSettings(),
            GoogleBillingAccount = _config.Get("billingAccount"),
            Problems = [.. _problems],
        };
    }

    private string PlanFile(string stack)
    {
        var file = _config.Get("plan") ?? $"{stack}.plan.yaml";
        return Path.GetFileName(file) == file
            ? file
            : throw new RunException(
                $"{StackSettings.Namespace}:plan: '{file}' must be the name of a file in stacks/, without a folder.");
    }

    private T? Object<T>(string key)
        where T : class
    {
        var text = _config.Get(key);
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<T>(text, Strict);
        }
        catch (JsonException exception)
        {
            _problems.Add($"{StackSettings.Namespace}:{key}: {exception.Message}");
            return null;
        }
    }

    private sealed record ImageSettings(ImmutableDictionary<string, string>? Aws, string? AwsRootDevice, string? Gcp);

    private sealed record MonitorImageSettings(ImmutableDictionary<string, string>? Aws, string? Gcp);

    private sealed record EngineSettings(string? Aws, string? Gcp);
}

/// <summary>A map that was not configured is empty.</summary>
internal static class SettingMaps
{
    public static ImmutableDictionary<string, string> OrEmpty(this ImmutableDictionary<string, string>? map) =>
        map ?? ImmutableDictionary<string, string>.Empty;
}
