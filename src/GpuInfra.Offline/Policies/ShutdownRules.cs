using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of programs that run by themselves, and of whoever may take machines out of service.</summary>
internal static class ShutdownRules
{
    private const string Function = "aws:lambda/function:Function";
    private const string GoogleFunction = "gcp:cloudfunctionsv2/function:Function";
    private const string GoogleRole = "gcp:projects/iAMCustomRole:IAMCustomRole";

    /// <summary>Its group then replaces the machine.</summary>
    private const string Unhealthy = "autoscaling:SetInstanceHealth";

    private static readonly string[] Stopping =
    [
        "autoscaling:DeleteAutoScalingGroup", "autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup",
        "autoscaling:UpdateAutoScalingGroup", "ec2:StopInstances", "ec2:TerminateInstances", Unhealthy,
    ];

    private static readonly string[] GoogleStopping =
    [
        "compute.autoscalers.update", "compute.instanceGroupManagers.delete", "compute.instanceGroupManagers.update", "compute.instances.delete",
        "compute.instances.stop",
    ];

    /// <summary>What a group carries that may be shut down for being idle, and one that a used-up budget may halt.</summary>
    private static readonly string[] Signs = ["auto-shutdown", "budget-halt"];

    /// <summary>A function that fails in silence, or twice at once, is worse than none.</summary>
    public static Policy<Evidence> FunctionGuarded { get; } = new(
        "function-guarded",
        "every function runs one at a time, as an account of its own, within reach of nobody outside, and loses neither failures nor logs",
        "AWS: reservedConcurrentExecutions 1, deadLetterConfig, loggingConfig.logGroup, kmsKeyArn; Google Cloud: maxInstanceCount 1, "
        + "ingressSettings ALLOW_INTERNAL_ONLY, serviceAccountEmail.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            Function =>
            [
                .. Values.Unless(resource.Inputs.NumberAt("reservedConcurrentExecutions") == 1, "reservedConcurrentExecutions is not 1"),
                .. Values.Unless(resource.Inputs.TextAt("deadLetterConfig", "targetArn") is not null, "it has no deadLetterConfig"),
                .. Values.Unless(resource.Inputs.TextAt("loggingConfig", "logGroup") is not null, "it writes to a log group that keeps logs for ever"),
                .. Values.Unless(resource.Inputs.TextAt("kmsKeyArn") is not null, "its settings are encrypted with a key that AWS manages"),
            ],
            GoogleFunction =>
            [
                .. Values.Unless(resource.Inputs.NumberAt("serviceConfig", "maxInstanceCount") == 1, "maxInstanceCount is not 1"),
                .. Values.Unless(resource.Inputs.TextAt("serviceConfig", "ingressSettings") == "ALLOW_INTERNAL_ONLY", "the internet may call it"),
                .. Values.Unless(resource.Inputs.TextAt("serviceConfig", "serviceAccountEmail") is not null, "it runs as the project's default account"),
            ],
            _ => null,
        }));

    /// <summary>Code has mistakes; a right that is not there cannot be used by mistake.</summary>
    public static Policy<Evidence> StopFenced { get; } = new(
        "stop-fenced",
        "nobody may take machines out of service in production, and elsewhere only those that say that they may be",
        "AWS: allow it only where aws:ResourceTag says auto-shutdown or budget-halt enabled and the environment, and deny it for production; "
        + "Google Cloud: only in projects that are not production's. But a keeper's: SetInstanceHealth for the pools whose plan has health.replace, by their tags; "
        + "autoscalers.update where pools follow load, instanceGroupManagers.update there and where a plan has health.replace. And a used-up budget's: autoscalers.update where the plan has it hold production's launches.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            GoogleRole when resource.Inputs.ListAt("permissions").Any(permission => GoogleStopping.Contains(permission.TextAt())) =>
                Values.Unless(!evidence.IsProduction || StopsLaunches(resource, evidence), "it may take production's machines out of service"),
            _ when resource.Type.StartsWith("aws:iam/", StringComparison.Ordinal) => Fences(resource, evidence),
            _ => null,
        }));

    private static IEnumerable<string>? Fences(ResourceRecord resource, Evidence evidence)
    {
        var statements = AccessStatement.Read(resource.Inputs.At("policy")).Where(statement => Stops(statement) && !OfOwnNodes(statement)).ToList();
        return statements.Count == 0 ? null : Faults([.. statements.Where(statement => !ReplacesBroken(statement, evidence))], evidence);
    }

    private static IEnumerable<string> Faults(List<AccessStatement> statements, Evidence evidence)
    {
        var allowed = statements.Where(statement => statement.Allows).ToList();
        if (allowed.Count > 0 && evidence.IsProduction)
        {
            yield return "it may take production's machines out of service";
        }

        if (allowed.Any(statement => !Signs.Any(sign => statement.Conditions.Contains((Tag(sign), "enabled")))
            || !statement.Conditions.Any(condition => condition.Key == Tag("environment"))))
        {
            yield return "it may take out of service what does not say that it may be";
        }

        if (allowed.Count > 0 && !statements.Any(statement => !statement.Allows && statement.Conditions.Contains((Tag("environment"), "prod"))))
        {
            yield return "nothing denies it production";
        }

        string Tag(string key) => TagOf(evidence, key);
    }

    private static string TagOf(Evidence evidence, string key) => $"aws:ResourceTag/{evidence.Fleet.Plan.Tags.NameOf(key)}";

    /// <summary>A keeper's: it may call machines unhealthy of this stack's pools whose plan says that broken ones are replaced, and of no others.</summary>
    private static bool ReplacesBroken(AccessStatement statement, Evidence evidence)
    {
        var pools = Values("pool");
        return statement.Allows && statement.Actions is [Unhealthy]
            && Values("environment") is [_] && Values("managed-by") is [_]
            && pools.Count > 0 && pools.All(id => evidence.PoolsInScope.Any(pool => pool.Id == id && PoolHealth.IsReplaced(evidence.Fleet.Plan, pool)));

        List<string> Values(string key) => [.. statement.Conditions.Where(condition => condition.Key == TagOf(evidence, key)).Select(condition => condition.Value)];
    }

    private static bool Stops(AccessStatement statement) => statement.Actions.Any(action => Stopping.Any(stopping =>
        action.EndsWith('*')
            ? stopping.StartsWith(action[..^1], StringComparison.OrdinalIgnoreCase)
            : stopping.Equals(action, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Karpenter may take away what it started: nodes, once no pod is on them.</summary>
    private static bool OfOwnNodes(AccessStatement statement) => statement.Conditions.Any(condition => condition.Key == "aws:ResourceTag/karpenter.sh/nodepool")
        && statement.Conditions.Any(condition => condition.Key.StartsWith("aws:ResourceTag/kubernetes.io/cluster/", StringComparison.Ordinal) && condition.Value == "owned");

    /// <summary>
    /// A keeper's: it may turn autoscalers and repairs off where pools follow load, have machines made anew where the plan says so, and nothing else that takes machines away.
    /// Or that of a used-up budget: it may turn autoscalers off where the plan has it hold launches.
    /// </summary>
    private static bool StopsLaunches(ResourceRecord role, Evidence evidence)
    {
        var follows = evidence.PoolsInScope.Any(pool => evidence.Fleet.ScalingOf(pool) is not null);
        var replaces = evidence.PoolsInScope.Any(pool => PoolHealth.IsReplaced(evidence.Fleet.Plan, pool));
        var halts = evidence.PoolsInScope.Any(pool => HaltedPools.IsNamed(evidence.Fleet.Plan, pool));
        var isKeepers = role.Name.Contains("-keeper", StringComparison.Ordinal);
        return role.Inputs.ListAt("permissions").Select(permission => permission.TextAt()).Intersect(GoogleStopping).All(permission => permission switch
        {
            "compute.autoscalers.update" => isKeepers ? follows : halts,
            "compute.instanceGroupManagers.update" => isKeepers && (follows || replaces),
            _ => false,
        });
    }
}
