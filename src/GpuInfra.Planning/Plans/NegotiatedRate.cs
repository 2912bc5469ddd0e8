using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>A discount that an organisation has agreed with a cloud on a family of machines.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Family">The beginning of its instance types up to a dot or hyphen, as <c>p5</c> or <c>a3-highgpu</c>.</param>
/// <param name="Percent">What is taken off the list price.</param>
/// <param name="Until">The last month it holds for.</param>
/// <param name="Rate">The price it is taken off.</param>
public sealed record NegotiatedRate(CloudProvider Cloud, string Family, Share Percent, Month Until, DiscountedRate Rate)
{
    /// <summary>True for machines and months that it holds for.</summary>
    public bool Covers(CloudProvider cloud, string instanceType, Month month) =>
        cloud == Cloud
        && month.CompareTo(Until) <= 0
        && Machine.IsOfFamily(instanceType, Family);

    /// <summary>What is left of a list price, to the millionth of a dollar.</summary>
    public UsdPerHour? Of(UsdPerHour? list) =>
        list is { } price ? new UsdPerHour(decimal.Round(price.Amount * (1 - (decimal)Percent.Percent / 100), 6)) : null;

    /// <summary>The agreement as people are told about it.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Percent.Percent:0.##} % off {Family} on {JsonText.Word(Cloud)} until {Until} ({(Rate == DiscountedRate.Spot ? "spot" : "on demand and reserved")})");
}

/// <summary>The price that a discount is taken off.</summary>
public enum DiscountedRate
{
    /// <summary>The on-demand price, which reservations are billed at too.</summary>
    OnDemand,

    /// <summary>The spot price.</summary>
    Spot,
}
