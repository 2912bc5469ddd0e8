namespace GpuInfra.Planning.Plans;

/// <summary>A value of a plan that should be another one.</summary>
/// <param name="Path">Where in the plan, as <c>workloads.chat.demand.scale</c>: the path that problems name it by.</param>
/// <param name="Value">The value as a plan writes it, as <c>43.5</c>.</param>
public sealed record PlanChange(string Path, string Value)
{
    /// <summary>The change as <c>--set</c> takes it.</summary>
    public override string ToString() => $"{Path}={Value}";
}
