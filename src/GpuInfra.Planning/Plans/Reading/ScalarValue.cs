using System.Text.Json.Nodes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A single value made from text.</summary>
/// <param name="what">What it is, for messages, as <c>a duration</c>.</param>
/// <param name="parse">Makes it, or says why not.</param>
/// <param name="schema">Its JSON schema.</param>
/// <param name="show">How a default is shown.</param>
internal sealed class ScalarValue<T>(
    string what,
    Func<ScalarNode, PlanReading, Parsed<T>> parse,
    Func<JsonObject> schema,
    Func<T, string>? show = null) : PlanValue<T>
{
    public override bool TryRead(Cursor at, out T value)
    {
        value = default!;
        if (at.Node is not ScalarNode scalar)
        {
            return at.Refuse($"must be {what}, not a {(at.Node is ListNode ? "list" : "group of keys")}");
        }

        if (scalar.IsNull)
        {
            return at.Refuse($"has no value; it must be {what}");
        }

        var parsed = parse(scalar, at.Reading);
        if (parsed.Problem is { } problem)
        {
            return at.Refuse(problem);
        }

        value = parsed.Value;
        return true;
    }

    public override JsonObject Schema() => schema();

    public override string? Show(T value) => show?.Invoke(value);
}
