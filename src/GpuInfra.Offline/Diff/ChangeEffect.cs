namespace GpuInfra.Offline.Diff;

/// <summary>What a change of an input does to a resource, least first.</summary>
public enum ChangeEffect
{
    /// <summary>The resource is updated in place.</summary>
    Update,

    /// <summary>Nobody has looked up whether the provider updates or replaces.</summary>
    Unknown,

    /// <summary>The provider replaces the resource.</summary>
    Replace,
}

/// <summary>What happens to a resource.</summary>
public enum ResourceAction
{
    /// <summary>Nothing.</summary>
    Same,

    /// <summary>It is made.</summary>
    Create,

    /// <summary>It is changed where it is.</summary>
    Update,

    /// <summary>It is changed where it is, or replaced: unknown.</summary>
    UpdateOrReplace,

    /// <summary>It is made anew and the old one deleted.</summary>
    Replace,

    /// <summary>It is deleted.</summary>
    Delete,
}
