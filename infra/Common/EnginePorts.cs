namespace GpuInfra.Infra.Common;

/// <summary>
/// The ports that replicas listen on: the first replica of a machine on 8000, the next on 8001, …; sixteen GPUs are the most a
/// catalogued machine has.
/// </summary>
internal static class EnginePorts
{
    public const int First = 8000;

    public const int Last = First + 15;

    /// <summary>As Google's firewalls write it.</summary>
    public static string Range => FormattableString.Invariant($"{First}-{Last}");
}
