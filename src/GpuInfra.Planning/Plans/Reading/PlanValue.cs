using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>
/// A kind of value that plans hold: how it is read, and how an editor is told about it. Both come from the same object, so that
/// the JSON schema cannot say anything else than the reader does.
/// </summary>
internal abstract class PlanValue<T>
{
    /// <summary>
    /// Reads the value. Returns false after noting every problem; <paramref name="value"/> then is what could be read in spite of them,
    /// or default, and serves only to find further problems.
    /// </summary>
    public abstract bool TryRead(Cursor at, out T value);

    /// <summary>The value's JSON schema.</summary>
    public abstract JsonObject Schema();

    /// <summary>The value as keys show their default; null when there is nothing to show.</summary>
    public virtual string? Show(T value) => null;
}
