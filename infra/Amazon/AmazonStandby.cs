using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The warm pool of a group: so many machines, prepared and stopped. A hook holds each until it has its image and its weights; it would be stopped half-way otherwise. The same
/// hook holds machines that go into service, and the start script lets those go at once.
/// </summary>
internal static class AmazonStandby
{
    /// <summary>The hook's name in its group, which the start script calls it by.</summary>
    public const string Hook = "prepare";

    private const string Launching = "autoscaling:EC2_INSTANCE_LAUNCHING";

    /// <summary>The longest that a hook waits for a sign, by Auto Scaling's own limit.</summary>
    private const int MostHeartbeatSeconds = 7200;

    /// <summary>Gives a group that is about to be made its warm pool and, for its first machines, the hook.</summary>
    public static void Prepare(GroupArgs args, PoolPlan plan, PoolStandby standby)
    {
        // Both at one number make the size absolute: else it is what the group lacks to its largest.
        args.WarmPool = new GroupWarmPoolArgs { PoolState = "Stopped", MinSize = standby.Machines, MaxGroupPreparedCapacity = standby.Machines };
        args.InitialLifecycleHooks = new GroupInitialLifecycleHookArgs
        {
            Name = Hook,
            LifecycleTransition = Launching,
            HeartbeatTimeout = HeartbeatSeconds(plan),
            DefaultResult = "CONTINUE",
        };
    }

    /// <summary>The same hook for a group that was there already: those of its making reach none later.</summary>
    public static void Add(PoolPlan plan, Group group, Resource parent) => _ = new LifecycleHook($"{plan.Pool.Id}-{Hook}", new LifecycleHookArgs
    {
        AutoscalingGroupName = group.Name,
        Name = Hook,
        LifecycleTransition = Launching,
        HeartbeatTimeout = HeartbeatSeconds(plan),
        DefaultResult = "CONTINUE", // What took too long is finished at the next start; ending it would begin the same again, for ever.
    }, new CustomResourceOptions { Parent = parent }.Formerly(plan.Pool, id => $"{id}-{Hook}"));

    /// <summary>What a machine of such a group may do: find its group and say that it is prepared.</summary>
    public static IEnumerable<Dictionary<string, object>> Rights(RegionFleet region) =>
    [
        Allow("FindOwnGroup", ["autoscaling:DescribeAutoScalingInstances"], "*"),
        With(
            Allow("SayPrepared", ["autoscaling:CompleteLifecycleAction"], $"arn:aws:autoscaling:{region.Region}:{region.Account}:autoScalingGroup:*:autoScalingGroupName/*"),
            "Condition",
            Condition("StringEquals", $"aws:ResourceTag/{region.Tags.KeyOf("managed-by")}", region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")])),
    ];

    private static int HeartbeatSeconds(PoolPlan plan) => Math.Min(MostHeartbeatSeconds, MachineNeeds.LoadSeconds(plan));
}
