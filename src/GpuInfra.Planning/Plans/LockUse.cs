namespace GpuInfra.Planning.Plans;

/// <summary>Whether a stack deploys the fleet of its committed lock or the one that is planned at that moment.</summary>
public enum LockUse
{
    /// <summary>Every deployment plans anew.</summary>
    None,

    /// <summary>Only the lock is deployed; without one that answers the plan, nothing is.</summary>
    Required,
}
