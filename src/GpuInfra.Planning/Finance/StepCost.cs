namespace GpuInfra.Planning.Finance;

/// <summary>
/// A cost that grows in steps: something fixed, and a replica for every so many requests. Break-even with a price by the request then exists
/// only where a full replica costs less for each of its requests than that price.
/// </summary>
/// <param name="Fixed">USD a month, whatever the load; zero or more.</param>
/// <param name="Replica">USD a month for each replica, above zero.</param>
/// <param name="Capacity">Requests a month that a replica serves, above zero.</param>
public sealed record StepCost(decimal Fixed, decimal Replica, decimal Capacity)
{
    /// <summary>USD a month for so many requests.</summary>
    public decimal At(decimal requests) => Fixed + (Replica * Math.Max(1, Math.Ceiling(requests / Capacity)));

    /// <summary>
    /// The least requests a month at which this costs no more than a price for each; null when it never does. With n replicas it costs F + nR
    /// and serves n × C, so v = (F + nR)/p must be within n × C, which the least n of at least F/(p × C − R) allows.
    /// </summary>
    /// <param name="price">USD for a request.</param>
    public decimal? BreakEven(decimal price)
    {
        var gain = (price * Capacity) - Replica;
        if (gain <= 0)
        {
            return null;
        }

        var replicas = Math.Max(1, Math.Ceiling(Fixed / gain));
        return Math.Max((replicas - 1) * Capacity, (Fixed + (replicas * Replica)) / price);
    }
}
