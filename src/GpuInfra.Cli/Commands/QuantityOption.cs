using System.CommandLine;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options whose value has a unit, as plans write them.</summary>
internal static class QuantityOption
{
    /// <summary>An option that may be left out; a value that cannot be read is wrong usage.</summary>
    public static Option<T?> Of<T>(string name, string description, string helpName, Func<string, Parsed<T>> read)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var parsed = read(argument.Tokens[0].Value);
                if (parsed.Problem is not { } problem)
                {
                    return parsed.Value;
                }

                argument.AddError($"{name}: {problem}.");
                return null;
            },
        };
}
