//! Which image files a folder has, by part and class.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::DataError;

/// The file extensions that are read.
const READ: [&str; 3] = ["png", "jpg", "jpeg"];
/// The file extensions of images that are refused rather than passed over.
const REFUSED: [&str; 9] = ["avif", "bmp", "gif", "heic", "jxl", "tif", "tiff", "tga", "webp"];

/// What a folder of images holds.
pub struct Folder {
    /// The names of the subfolders, in order.
    pub classes: Vec<String>,
    /// The images for training and validation.
    pub train: Part,
    /// The images for the test, where they are in a subfolder of their own.
    pub test: Option<Part>,
}

/// The files of a part, class by class and by name, with the class of each.
#[derive(Default)]
pub struct Part {
    /// The image files.
    pub files: Vec<PathBuf>,
    /// The class of each.
    pub labels: Vec<u32>,
}

/// Lists the folder at `path`.
pub fn walk(path: &Path) -> Result<Folder, DataError> {
    let train = path.join("train");
    if !train.is_dir() || subfolders(&train)?.is_empty() {
        let classes = classes(path)?;
        return Ok(Folder { train: part(path, &classes)?, classes, test: None });
    }
    let classes = classes(&train)?;
    let test = path.join("test");
    let held = if test.is_dir() {
        let strange = subfolders(&test)?.into_iter().find(|name| !classes.contains(name));
        if let Some(name) = strange {
            let problem = format!("{} has a class that {} has not", test.join(name).display(), train.display());
            return Err(DataError::unusable(problem, "give the subfolders of both the same names"));
        }
        Some(part(&test, &classes)?)
    } else {
        None
    };
    Ok(Folder { train: part(&train, &classes)?, classes, test: held })
}

/// The names of the class folders in `path`.
fn classes(path: &Path) -> Result<Vec<String>, DataError> {
    let classes = subfolders(path)?;
    if classes.len() < 2 {
        let count = if classes.is_empty() { "0 class folders" } else { "1 class folder" };
        let problem = format!("{} has {count}, but two or more are needed", path.display());
        return Err(DataError::unusable(
            problem,
            "put the images of each class into a subfolder with the class's name",
        ));
    }
    Ok(classes)
}

/// Lists the images in the subfolders of `path`, each of which is named after one of `classes`.
pub fn of_classes(path: &Path, classes: &[String]) -> Result<Part, DataError> {
    let found = subfolders(path)?;
    if let Some(name) = found.iter().find(|name| !classes.contains(name)) {
        let problem = format!("{} is no class of the network", path.join(name).display());
        return Err(DataError::unusable(
            problem,
            format!("name the subfolders after its classes: {}", classes.join(", ")),
        ));
    }
    let part = part(path, classes)?;
    if part.files.is_empty() {
        let problem = format!("{} has no subfolders with images", path.display());
        return Err(DataError::unusable(
            problem,
            "put the images of each class into a subfolder with the class's name",
        ));
    }
    Ok(part)
}

fn subfolders(path: &Path) -> Result<Vec<String>, DataError> {
    let mut names = entries(path)?;
    names.retain(|name| path.join(name).is_dir());
    Ok(names)
}

/// The image files of each class in `path`; a class may lack a folder in the test part.
fn part(path: &Path, classes: &[String]) -> Result<Part, DataError> {
    let mut part = Part::default();
    for (label, class) in (0..).zip(classes) {
        let folder = path.join(class);
        if !folder.exists() {
            continue;
        }
        let before = part.files.len();
        for name in entries(&folder)? {
            let file = folder.join(name);
            if is_image(&file)? {
                part.files.push(file);
                part.labels.push(label);
            }
        }
        if part.files.len() == before {
            let problem = format!("{} has no PNG or JPEG files", folder.display());
            return Err(DataError::unusable(problem, "put the images of the class there, or remove the folder"));
        }
    }
    Ok(part)
}

/// Whether `file` is an image to read; an error if it is one that cannot be read, or a folder.
fn is_image(file: &Path) -> Result<bool, DataError> {
    if file.is_dir() {
        let problem = format!("{} is a folder within the folder of a class", file.display());
        return Err(DataError::unusable(problem, "put the images of a class directly into its folder"));
    }
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    if REFUSED.contains(&extension.as_str()) {
        let problem = format!("{} is an image of a format that is not read", file.display());
        return Err(DataError::unusable(problem, "convert it to PNG or JPEG, or remove it"));
    }
    Ok(READ.contains(&extension.as_str()))
}

/// The names in the directory `path` that do not start with a dot, sorted.
fn entries(path: &Path) -> Result<Vec<String>, DataError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| DataError::io(path, error))? {
        let entry = entry.map_err(|error| DataError::io(path, error))?;
        let name = entry.file_name().into_string().map_err(|name| {
            let problem = format!("{} has a name that is not UTF-8", path.join(name).display());
            DataError::unusable(problem, "rename it")
        })?;
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}
