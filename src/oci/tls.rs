//! Whom a registry is trusted by, and how it knows who asks without a password.

use std::{fs, path::PathBuf};

use ureq::tls::{ClientCert, PemItem, PrivateKey, TlsConfig, parse_pem};

use crate::{
    http,
    oci::{OciError, Settings},
};

pub(super) fn config(settings: &Settings) -> Result<TlsConfig, OciError> {
    let read = |path: &PathBuf, what| {
        fs::read(path).map_err(|_| OciError::Certificates { path: path.clone(), what })
    };
    let certificates = |path: &PathBuf| {
        let what = "certificate";
        let found = http::certificates(&read(path, what)?).unwrap_or_default();
        if found.is_empty() {
            Err(OciError::Certificates { path: path.clone(), what })
        } else {
            Ok(found)
        }
    };
    let mut tls = TlsConfig::builder();
    if let Some(path) = &settings.certificates {
        tls = tls.root_certs(http::roots(certificates(path)?));
    }
    if let Some((chain, key)) = &settings.identity {
        let chain = certificates(chain)?;
        let found = private_key(&read(key, "private key")?);
        let key = found
            .ok_or_else(|| OciError::Certificates { path: key.clone(), what: "private key" })?;
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(tls.build())
}

fn private_key(pem: &[u8]) -> Option<PrivateKey<'static>> {
    parse_pem(pem).find_map(|item| match item {
        Ok(PemItem::PrivateKey(key)) => Some(key),
        _ => None,
    })
}
