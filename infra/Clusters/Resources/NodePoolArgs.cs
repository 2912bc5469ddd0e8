using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Karpenter's NodePool: nodes that may be started for pods (karpenter.sh/v1, as of Karpenter 1.14).</summary>
internal sealed class NodePoolArgs() : CustomResourceArgs("karpenter.sh/v1", "NodePool")
{
    [Input("spec", required: true)]
    public Input<NodePoolSpecArgs> Spec { get; set; } = null!;
}

/// <summary>What it starts, how much of it, and when it takes nodes away.</summary>
internal sealed class NodePoolSpecArgs : ResourceArgs
{
    /// <summary>The node.</summary>
    [Input("template", required: true)]
    public Input<NodeTemplateArgs> Template { get; set; } = null!;

    /// <summary>The most that all its nodes have, by resource.</summary>
    [Input("limits")]
    public InputMap<string> Limits { get; set; } = new();

    /// <summary>Where several could start a node, the one with the greatest goes first, 1 to 100.</summary>
    [Input("weight")]
    public Input<int>? Weight { get; set; }

    [Input("disruption")]
    public Input<DisruptionArgs>? Disruption { get; set; }
}

/// <summary>A node's labels and its own settings.</summary>
internal sealed class NodeTemplateArgs : ResourceArgs
{
    [Input("metadata")]
    public Input<NodeMetadataArgs>? Metadata { get; set; }

    [Input("spec", required: true)]
    public Input<NodeTemplateSpecArgs> Spec { get; set; } = null!;
}

/// <summary>Labels of a node.</summary>
internal sealed class NodeMetadataArgs : ResourceArgs
{
    [Input("labels")]
    public InputMap<string> Labels { get; set; } = new();
}

/// <summary>A node's machine, and who stays away from it.</summary>
internal sealed class NodeTemplateSpecArgs : ResourceArgs
{
    [Input("nodeClassRef", required: true)]
    public Input<NodeClassRefArgs> NodeClassRef { get; set; } = null!;

    [Input("requirements", required: true)]
    public InputList<RequirementArgs> Requirements { get; set; } = new();

    [Input("taints")]
    public InputList<NodeTaintArgs> Taints { get; set; } = new();

    /// <summary>After how long a node is renewed; <c>Never</c> for not by itself.</summary>
    [Input("expireAfter")]
    public Input<string>? ExpireAfter { get; set; }

    /// <summary>How long a node that is to go may wait for its pods.</summary>
    [Input("terminationGracePeriod")]
    public Input<string>? TerminationGracePeriod { get; set; }
}

/// <summary>What says how a node's machine starts.</summary>
internal sealed class NodeClassRefArgs : ResourceArgs
{
    [Input("group", required: true)]
    public Input<string> Group { get; set; } = null!;

    [Input("kind", required: true)]
    public Input<string> Kind { get; set; } = null!;

    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;
}

/// <summary>A label that a node must have, and its values.</summary>
internal sealed class RequirementArgs : ResourceArgs
{
    [Input("key", required: true)]
    public Input<string> Key { get; set; } = null!;

    [Input("operator", required: true)]
    public Input<string> Operator { get; set; } = null!;

    [Input("values")]
    public InputList<string> Values { get; set; } = new();
}

/// <summary>What keeps pods off a node that do not tolerate it.</summary>
internal sealed class NodeTaintArgs : ResourceArgs
{
    [Input("key", required: true)]
    public Input<string> Key { get; set; } = null!;

    [Input("value")]
    public Input<string>? Value { get; set; }

    [Input("effect", required: true)]
    public Input<string> Effect { get; set; } = null!;
}

/// <summary>When nodes may be taken away, and how many at once.</summary>
internal sealed class DisruptionArgs : ResourceArgs
{
    [Input("consolidationPolicy")]
    public Input<string>? ConsolidationPolicy { get; set; }

    [Input("consolidateAfter")]
    public Input<string>? ConsolidateAfter { get; set; }

    [Input("budgets")]
    public InputList<DisruptionBudgetArgs> Budgets { get; set; } = new();
}

/// <summary>How many nodes may be away at once.</summary>
internal sealed class DisruptionBudgetArgs : ResourceArgs
{
    [Input("nodes", required: true)]
    public Input<string> Nodes { get; set; } = null!;
}
