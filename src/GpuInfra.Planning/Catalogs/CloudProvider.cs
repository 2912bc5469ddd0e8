namespace GpuInfra.Planning.Catalogs;

/// <summary>Where machines are: a cloud that fleets are provisioned on, or outside of both.</summary>
public enum CloudProvider
{
    /// <summary>Amazon Web Services; <c>aws</c> in plans and names.</summary>
    Aws,

    /// <summary>Google Cloud; <c>gcp</c> in plans and names.</summary>
    Gcp,

    /// <summary>No cloud of a plan: machines that somebody else runs, which the ledger lists and nothing here starts; <c>external</c>.</summary>
    External,
}
