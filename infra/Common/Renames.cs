using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What a pool's resources were called before their serving was renamed, so that a rename replaces nothing: every resource whose
/// name holds the pool's id says its old name.
/// </summary>
internal static class Renames
{
    /// <summary>The options with the old name of a resource that is called <paramref name="name"/> of the pool's id.</summary>
    public static T Formerly<T>(this T options, Pool pool, Func<string, string> name)
        where T : ResourceOptions
    {
        if (pool.RenamedFrom is { } old)
        {
            options.Aliases.Add(new Alias { Name = name(old) });
        }

        return options;
    }

    /// <summary>The options with the old name of a resource that is called <paramref name="name"/> of the serving's name.</summary>
    public static T Formerly<T>(this T options, Serving serving, Func<string, string> name)
        where T : ResourceOptions
    {
        if (serving.RenamedFrom is { } old)
        {
            options.Aliases.Add(new Alias { Name = name(old) });
        }

        return options;
    }

    /// <summary>The options with the old name of a resource that is called like the pool.</summary>
    public static T Formerly<T>(this T options, Pool pool)
        where T : ResourceOptions => options.Formerly(pool, id => id);
}
