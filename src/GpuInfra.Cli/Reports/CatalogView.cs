using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Reports;

/// <summary>The part of the catalog that was asked for.</summary>
internal sealed record CatalogView(
    string Hash,
    CatalogView.Kinds Shown,
    ImmutableArray<Gpu> Gpus,
    ImmutableArray<Model> Models,
    ImmutableArray<Offer> Offers,
    ImmutableArray<DemandProfile> Profiles,
    ImmutableArray<CpuOffer> Cpus,
    ImmutableArray<CommitmentDiscount> Commitments)
{
    /// <summary>Kinds of row.</summary>
    [Flags]
    public enum Kinds
    {
        /// <summary>None.</summary>
        None = 0,

        /// <summary>GPUs.</summary>
        Gpus = 1,

        /// <summary>Models.</summary>
        Models = 2,

        /// <summary>Offers.</summary>
        Offers = 4,

        /// <summary>Demand profiles.</summary>
        Profiles = 8,

        /// <summary>Machines without accelerators.</summary>
        Cpu = 16,

        /// <summary>Published discounts of commitments.</summary>
        Commitments = 32,

        /// <summary>All of them.</summary>
        All = Gpus | Models | Offers | Profiles | Cpu | Commitments,
    }
}
