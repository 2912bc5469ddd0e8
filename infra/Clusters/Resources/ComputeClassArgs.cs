using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>GKE's ComputeClass: node pools in the order in which they are tried (cloud.google.com/v1, GKE 1.30.3 or later).</summary>
internal sealed class ComputeClassArgs() : CustomResourceArgs("cloud.google.com/v1", "ComputeClass")
{
    [Input("spec", required: true)]
    public Input<ComputeClassSpecArgs> Spec { get; set; } = null!;
}

/// <summary>The order, and what happens when none of them has room.</summary>
internal sealed class ComputeClassSpecArgs : ResourceArgs
{
    [Input("priorities", required: true)]
    public InputList<ComputePriorityArgs> Priorities { get; set; } = new();

    /// <summary><c>DoNotScaleUp</c> leaves pods waiting; the other choice starts any machine.</summary>
    [Input("whenUnsatisfiable", required: true)]
    public Input<string> WhenUnsatisfiable { get; set; } = null!;

    [Input("activeMigration")]
    public Input<ActiveMigrationArgs>? ActiveMigration { get; set; }
}

/// <summary>One rung.</summary>
internal sealed class ComputePriorityArgs : ResourceArgs
{
    [Input("nodepools", required: true)]
    public InputList<string> Nodepools { get; set; } = new();
}

/// <summary>Whether pods move to an earlier rung once it has room again.</summary>
internal sealed class ActiveMigrationArgs : ResourceArgs
{
    [Input("optimizeRulePriority", required: true)]
    public Input<bool> OptimizeRulePriority { get; set; } = null!;
}
