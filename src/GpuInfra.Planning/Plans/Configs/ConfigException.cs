namespace GpuInfra.Planning.Plans.Configs;

/// <summary>A <c>config.json</c> that cannot be used; it becomes a problem of the plan.</summary>
internal sealed class ConfigException(string message) : Exception(message);
