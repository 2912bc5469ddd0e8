using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// A row of the ledger of commitments: machines that somebody has already bound themselves to pay for, at a lower rate. It is paid
/// used or not; the plan lowers the price of running machines that it covers and of no others.
/// </summary>
public sealed record HeldCommitment
{
    /// <summary>Its name in tables and warnings.</summary>
    public required string Name { get; init; }

    /// <summary>The cloud it is held at.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region it holds in.</summary>
    public required string Region { get; init; }

    /// <summary>The instance type it covers; null when it covers a family.</summary>
    public required string? InstanceType { get; init; }

    /// <summary>The family it covers, as <c>p5</c> or <c>a3-highgpu</c>; null when it covers one instance type.</summary>
    public required string? Family { get; init; }

    /// <summary>Machines of the type that it covers, or GPUs of the family, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The term it was bought for; never <see cref="ReserveTerm.None"/>.</summary>
    public required ReserveTerm Term { get; init; }

    /// <summary>What it takes off the price of a machine; null when it says the price itself.</summary>
    public required Share? PercentOff { get; init; }

    /// <summary>What a machine costs under it; null when it takes a percentage off.</summary>
    public required UsdPerHour? Hourly { get; init; }

    /// <summary>The last month in which it holds.</summary>
    public required Month Until { get; init; }

    /// <summary>Who agreed to it; null when the plan does not say, which production does not deploy.</summary>
    public Ledgers.Approval? Approval { get; init; }

    /// <summary>What it covers, as <c>p5.48xlarge</c> or <c>p5</c>.</summary>
    public string Covers => InstanceType ?? Family!;

    /// <summary>True when it holds in a month.</summary>
    public bool IsHeldIn(Month month) => Until.CompareTo(month) >= 0;

    /// <summary>True when machines of the type in the region are covered.</summary>
    public bool CoversType(CloudProvider cloud, string region, string instanceType) =>
        cloud == Cloud
        && region == Region
        && (InstanceType is not null
            ? instanceType == InstanceType
            : Machine.IsOfFamily(instanceType, Family!));

    /// <summary>What one machine costs under it.</summary>
    /// <param name="price">What it would cost without.</param>
    public UsdPerHour PriceOf(UsdPerHour price) =>
        Hourly ?? new UsdPerHour(price.Amount * (1 - (decimal)PercentOff!.Value.Percent / 100));
}
