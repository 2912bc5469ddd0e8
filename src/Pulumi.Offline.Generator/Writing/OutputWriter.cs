using System.Text;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes the classes a program reads: nested outputs and function results.</summary>
internal sealed class OutputWriter(TypeNames names)
{
    public void Write(StringBuilder text, string name, IReadOnlyList<Property> properties, Shape shape)
    {
        text.Append($"[OutputType]\npublic sealed class {name}\n{{\n");
        foreach (var property in properties)
        {
            if (property.CSharpName == name)
            {
                throw new SchemaException($"{name}.{property.Name}: the C# name is the class's own; give another in language.csharp.name.");
            }

            text.Append($"public readonly {names.Output(property, shape)} {property.CSharpName};\n");
        }

        var parameters = properties.Select(property => $"{names.Output(property, shape)} {Names.Parameter(property.Name)}");
        text.Append($"[OutputConstructor]\nprivate {name}({string.Join(", ", parameters)})\n{{\n");
        foreach (var property in properties)
        {
            text.Append($"this.{property.CSharpName} = {Names.Parameter(property.Name)};\n");
        }

        text.Append("}\n}\n");
    }
}
