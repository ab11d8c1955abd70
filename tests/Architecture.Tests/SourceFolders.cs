using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Mono.Cecil;
using MethodDefinition = Mono.Cecil.MethodDefinition;
using TypeDefinition = Mono.Cecil.TypeDefinition;

namespace MlNetSer.Tests;

/// <summary>Which folder of the sources a compiled type or method comes from, as the debugging symbols tell.</summary>
internal sealed class SourceFolders
{
    // Portable PDB: the documents of a type without a method body, such as an interface or an enum.
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly string _root;
    private readonly Dictionary<int, string> _bodiless = [];

    /// <param name="assemblyPath">The assembly, with its portable PDB beside it.</param>
    /// <param name="root">Folder of the project.</param>
    public SourceFolders(string assemblyPath, string root)
    {
        _root = root.TrimEnd('/', '\\').Replace('\\', '/') + "/";
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assemblyPath, ".pdb")));
        var pdb = provider.GetMetadataReader();
        foreach (var handle in pdb.CustomDebugInformation)
        {
            var information = pdb.GetCustomDebugInformation(handle);
            if (information.Parent.Kind != HandleKind.TypeDefinition || pdb.GetGuid(information.Kind) != TypeDefinitionDocuments)
                continue;
            var document = pdb.GetDocument(MetadataTokens.DocumentHandle(pdb.GetBlobReader(information.Value).ReadCompressedInteger()));
            if (Folder(pdb.GetString(document.Name)) is { } folder)
                _bodiless[MetadataTokens.GetRowNumber(information.Parent)] = folder;
        }
    }

    /// <summary>Folder of a method, else of its type; null for what the compiler made.</summary>
    public string? Of(MethodDefinition method)
        => method.DebugInformation.SequencePoints.Select(point => Folder(point.Document.Url)).FirstOrDefault(folder => folder is not null)
            ?? Of(method.DeclaringType);

    /// <summary>Folder of a type; of a nested type without a line of its own, that of the outer one.</summary>
    public string? Of(TypeDefinition type)
    {
        var own = type.Methods.SelectMany(method => method.DebugInformation.SequencePoints).Select(point => Folder(point.Document.Url))
            .FirstOrDefault(folder => folder is not null);
        return own ?? _bodiless.GetValueOrDefault((int)type.MetadataToken.RID) ?? (type.DeclaringType is { } outer ? Of(outer) : null);
    }

    private string? Folder(string path)
    {
        path = path.Replace('\\', '/');
        if (!path.StartsWith(_root, StringComparison.Ordinal))
            return null;
        var folder = Path.GetDirectoryName(path[_root.Length..])!.Replace('\\', '/');
        if (folder.EndsWith("Generator", StringComparison.Ordinal))
            return null;   // a generator of the compiler wrote it
        if (folder.StartsWith("obj/", StringComparison.Ordinal))
            folder = string.Join('/', folder.Split('/').Skip(3));   // of a .proto: in the folder of what it was made from
        return folder.Length == 0 ? "." : folder;
    }
}
