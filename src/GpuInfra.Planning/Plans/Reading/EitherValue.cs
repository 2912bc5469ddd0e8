using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A value that is either a word or a group of keys.</summary>
internal sealed class EitherValue<T>(PlanValue<T> word, PlanValue<T> group) : PlanValue<T>
{
    public override bool TryRead(Cursor at, out T value) =>
        at.Node is MapNode ? group.TryRead(at, out value) : word.TryRead(at, out value);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(word.Schema(), group.Schema()) };

    public override string? Show(T value) => word.Show(value);
}
