namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A piece of the plan, where in the plan it is, and the reading it belongs to.</summary>
/// <param name="Node">The piece.</param>
/// <param name="Path">Its path, as <c>workloads.chat.demand</c>.</param>
/// <param name="Reading">The reading.</param>
internal readonly record struct Cursor(PlanNode Node, string Path, PlanReading Reading)
{
    /// <summary>A piece inside this one.</summary>
    public Cursor Into(string key, PlanNode node) => new(node, Path.Length == 0 ? key : $"{Path}.{key}", Reading);

    /// <summary>The place in the plan's file.</summary>
    public PlanLocation Location => new(Node.File, Node.Line, Node.Column);

    /// <summary>Notes a problem here. Returns false, so that a reader can end with it.</summary>
    public bool Refuse(string message)
    {
        Reading.Refuse(Node, Path, message);
        return false;
    }
}
