using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// What a commitment for a term takes off the on-demand price, as published. It is information: a price is lowered only where a
/// commitment is held.
/// </summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Machines">The instance type, or the family, that it holds for.</param>
/// <param name="Term">The term.</param>
/// <param name="Off">The share of the on-demand price that falls away, above zero and below one.</param>
/// <param name="Grade">A: the vendor's own list; B: taken from it by a program or person who says so; C: an article.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">The source's date.</param>
public sealed record CommitmentDiscount(
    CloudProvider Cloud, string Machines, CommitmentTerm Term, Share Off, char Grade, string Source, DateOnly AsOf)
{
    /// <summary>Whether it holds for this instance type itself.</summary>
    internal bool IsExactlyFor(Machine machine) => Cloud == machine.Cloud && Machines == machine.InstanceType;

    /// <summary>Whether it holds for the family of this instance type.</summary>
    internal bool IsForFamilyOf(Machine machine) => Cloud == machine.Cloud && Machines == machine.Family;
}

/// <summary>How long a commitment binds.</summary>
public enum CommitmentTerm
{
    /// <summary>One year.</summary>
    OneYear,

    /// <summary>Three years.</summary>
    ThreeYears,
}
