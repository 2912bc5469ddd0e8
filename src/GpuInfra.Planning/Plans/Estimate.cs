namespace GpuInfra.Planning.Plans;

/// <summary>A figure that nobody knows, with the range that it is believed to lie in.</summary>
/// <param name="Low">The low end.</param>
/// <param name="Value">What is reckoned with.</param>
/// <param name="High">The high end.</param>
public sealed record Estimate<T>(T Low, T Value, T High)
{
    /// <summary>The figure at one of its places.</summary>
    public T At(EstimatePoint point) => point switch
    {
        EstimatePoint.Low => Low,
        EstimatePoint.High => High,
        _ => Value,
    };
}

/// <summary>A place in the range of an estimate.</summary>
public enum EstimatePoint
{
    /// <summary>The low end.</summary>
    Low,

    /// <summary>What is reckoned with.</summary>
    Value,

    /// <summary>The high end.</summary>
    High,
}

/// <summary>Makes estimates.</summary>
public static class Estimate
{
    /// <summary>What follows from estimates that all lie at the same place of their ranges.</summary>
    public static Estimate<T> Of<T>(Func<EstimatePoint, T> figure) => new(figure(EstimatePoint.Low), figure(EstimatePoint.Value), figure(EstimatePoint.High));
}
