using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes all classes of a package.</summary>
internal static class PackageWriter
{
    private static readonly Shape[] InputShapes = [Shape.Args, Shape.State, Shape.InvokePlain, Shape.InvokeInput];
    private static readonly Shape[] OutputShapes = [Shape.Output, Shape.Result];

    /// <exception cref="SchemaException">The schema has no C# form.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Write(Package package)
    {
        var names = new TypeNames(package);
        var files = new SourceFiles();
        var inputs = new InputWriter(package, names);
        var outputs = new OutputWriter(names);
        var resources = new ResourceWriter(package, names, files, inputs);
        var functions = new FunctionWriter(names, files, inputs, outputs);

        UtilitiesWriter.Write(files[names.RootNamespace], package);
        if (package.Provider is { } provider)
        {
            resources.Write(provider);
        }

        foreach (var resource in package.Resources)
        {
            resources.Write(resource);
        }

        foreach (var function in package.Functions)
        {
            functions.Write(function);
        }

        foreach (var type in package.Enums.Values)
        {
            EnumWriter.Write(files[names.Namespace(type.Token)], type);
        }

        WriteObjects(package, names, files, inputs, outputs);
        return files.All;
    }

    private static void WriteObjects(Package package, TypeNames names, SourceFiles files, InputWriter inputs, OutputWriter outputs)
    {
        var used = new UsedShapes(package);
        // A Kubernetes token may be resource and nested type at once; its args are then the resource's.
        var resourceArgs = new HashSet<string>(package.IsKubernetes ? package.Resources.Select(resource => resource.Token) : []);
        foreach (var type in package.Objects.Values)
        {
            foreach (var shape in InputShapes.Where(shape => used.Contains(type.Token, shape)))
            {
                if (shape != Shape.Args || !resourceArgs.Contains(type.Token))
                {
                    inputs.Write(files[names.ObjectNamespace(type.Token, shape)], TypeNames.ObjectName(type.Token, shape), type.Properties, shape);
                }
            }

            foreach (var shape in OutputShapes.Where(shape => used.Contains(type.Token, shape)))
            {
                outputs.Write(files[names.ObjectNamespace(type.Token, shape)], TypeNames.ObjectName(type.Token, shape), type.Properties, shape);
            }
        }
    }
}
