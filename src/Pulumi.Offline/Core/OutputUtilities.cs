using System.Collections.Immutable;

namespace Pulumi.Utilities;

/// <summary>Looking into outputs, for tests and tools.</summary>
public static class OutputUtilities
{
    public static Output<T> WithDependency<T>(Output<T> output, Resource resource) => output.With(dependency: resource);

    public static async Task<ImmutableHashSet<Resource>> GetDependenciesAsync<T>(Output<T> output)
        => (await output.DataTask).Resources;

    public static async Task<bool> GetIsKnownAsync<T>(Output<T> output) => (await output.DataTask).IsKnown;

    public static async Task<T> GetValueAsync<T>(Output<T> output) => (await output.DataTask).Value;

    public static Output<T> CreateUnknown<T>(T value) => Output<T>.Unknown(value);

    public static Output<T> CreateUnknown<T>(Func<Task<T>> valueFactory) => Output<T>.Unknown(default!).Apply(_ => valueFactory());
}
