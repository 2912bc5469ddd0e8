using System.Text;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes a resource class with its args and state.</summary>
internal sealed class ResourceWriter(Package package, TypeNames names, SourceFiles files, InputWriter inputs)
{
    public void Write(Resource resource)
    {
        var name = resource.IsProvider ? "Provider" : Names.OfToken(resource.Token);
        var text = files[names.ResourceNamespace(resource)];
        WriteClass(text, resource, name);

        inputs.Write(files[names.ArgsNamespace(resource)], name + "Args", resource.Inputs, Shape.Args, resource.IsProvider);
        if (UsedShapes.HasState(package, resource))
        {
            inputs.Write(text, name + "State", StateProperties(resource), Shape.State);
        }
    }

    private void WriteClass(StringBuilder text, Resource resource, string name)
    {
        var args = $"global::{names.ArgsNamespace(resource)}.{name}Args";
        var options = resource.IsComponent ? "ComponentResourceOptions" : "CustomResourceOptions";
        var argsAreOptional = package.IsKubernetes || !resource.Inputs.Any(input => input.Required);
        var token = Names.Quote(resource.IsProvider ? package.Name : resource.Token);
        var constants = resource.Inputs.Where(input => input.ConstLiteral is not null).ToList();
        var given = constants.Count > 0 ? "MakeArgs(args)" : $"args ?? new {args}()";

        text.Append($"[{Names.Pascal(package.Name)}ResourceType({Names.Quote(resource.Token)})]\n");
        text.Append($"public partial class {name} : {BaseName(resource)}\n{{\n");
        foreach (var output in resource.Outputs)
        {
            text.Append($"[Output({Names.Quote(output.Name)})]\n");
            text.Append($"public Output<{names.Output(output, Shape.Output)}> {output.CSharpName} {{ get; private set; }} = null!;\n");
        }

        text.Append($"public {name}(string name, {args}{(argsAreOptional ? "? args = null" : " args")}, {options}? options = null)\n");
        text.Append($": base({token}, name, {given}, MakeResourceOptions(options, \"\"){(resource.IsComponent ? ", remote: true" : "")})\n{{\n}}\n");
        if (!resource.IsProvider && !resource.IsComponent)
        {
            WriteLookup(text, name, token, UsedShapes.HasState(package, resource));
        }

        if (constants.Count > 0)
        {
            text.Append($"private static {args} MakeArgs({args}? args)\n{{\nargs ??= new {args}();\n");
            foreach (var constant in constants)
            {
                text.Append($"args.{constant.CSharpName} = {constant.ConstLiteral};\n");
            }

            text.Append("return args;\n}\n");
        }

        WriteOptions(text, resource, options);
        text.Append("}\n");
    }

    private static void WriteLookup(StringBuilder text, string name, string token, bool hasState)
    {
        var parameter = hasState ? $"{name}State? state = null, " : "";
        var state = hasState ? "state" : "null";
        text.Append($"private {name}(string name, Input<string> id, {parameter}CustomResourceOptions? options = null)\n");
        text.Append($": base({token}, name, {state}, MakeResourceOptions(options, id))\n{{\n}}\n");
        text.Append($"public static {name} Get(string name, Input<string> id, {parameter}CustomResourceOptions? options = null)\n");
        text.Append($"=> new {name}(name, id, {(hasState ? "state, " : "")}options);\n");
    }

    private static void WriteOptions(StringBuilder text, Resource resource, string options)
    {
        var secrets = resource.Outputs.Where(output => output.Secret).Select(output => Names.Quote(output.Name)).ToList();
        text.Append($"private static {options} MakeResourceOptions({options}? options, Input<string>? id)\n{{\n");
        text.Append($"var defaultOptions = new {options}\n{{\nVersion = Utilities.Version,\n");
        if (resource.Aliases.Count > 0)
        {
            var aliases = resource.Aliases.Select(alias => $"new global::Pulumi.Alias {{ Type = {Names.Quote(alias)} }}");
            text.Append($"Aliases = {{ {string.Join(", ", aliases)} }},\n");
        }

        if (secrets.Count > 0)
        {
            text.Append($"AdditionalSecretOutputs = {{ {string.Join(", ", secrets)} }},\n");
        }

        text.Append($"}};\nvar merged = {options}.Merge(defaultOptions, options);\nmerged.Id = id ?? merged.Id;\nreturn merged;\n}}\n");
    }

    private string BaseName(Resource resource)
    {
        if (resource.IsProvider)
        {
            return "global::Pulumi.ProviderResource";
        }

        if (resource.IsComponent)
        {
            return "global::Pulumi.ComponentResource";
        }

        return package.IsKubernetes ? "global::Pulumi.Kubernetes.KubernetesResource" : "global::Pulumi.CustomResource";
    }

    /// <summary>A lookup may state any output or input.</summary>
    private static List<Property> StateProperties(Resource resource)
    {
        var byName = new SortedDictionary<string, Property>(StringComparer.Ordinal);
        foreach (var property in resource.Outputs.Concat(resource.Inputs))
        {
            byName[property.Name] = property.AsState();
        }

        return byName.Values.ToList();
    }
}
