//! Ends for which WeChat gave no code, and its two general answers: -1 (busy) and 0 (accepted).

use crate::delivery::{SkipReason, own_code};

super::table::table! {
    own_code::CANCELLED => Setup, Never, Delivery, EditContent;
        "已取消", "Withdrawn";
        "有人在发送之前取消了这条通知任务，消息没有发出。", "Somebody withdrew the notice before this message was sent.";
        "无需处理；仍要发送时，请新建通知任务。", "Nothing to do; order a new notice if it should go out after all.";
    own_code::NO_TOKEN => Setup, Never, MiniProgram, OpenMiniProgram;
        "无法取得调用凭证", "No access token";
        "雁书一直没能从微信取得调用凭证（access_token），消息没有发出。", "Yanshu could not get an access token from WeChat, so the message was not sent.";
        "在“设置 → 小程序”里点“测试连接”，按提示修正 AppID、AppSecret 或 IP 白名单后重新发送。", "Press “Test connection” in Settings → Mini programs, correct what it names (AppID, AppSecret, IP whitelist), and send again.";
    own_code::GATEWAY => Platform, Never, Delivery, Wait;
        "微信网关拒绝", "Refused by the gateway";
        "微信的网关多次拒绝了请求（HTTP 429、503 等），重试后仍未成功，消息没有发出。", "WeChat's gateway refused the call (HTTP 429, 503 or the like) every time; the message was not sent.";
        "稍后再给这些人新建通知任务；经常出现时，请检查自建的代理或 API 地址设置。", "Send a new notice to these people later; if it happens often, check your proxy or the API address setting.";
    own_code::NO_CONNECTION => Setup, Never, Delivery, Wait;
        "连不上微信", "No connection";
        "多次重试后仍无法连接微信服务器，消息没有发出。", "WeChat's server could not be reached after several tries; the message was not sent.";
        "请管理员检查雁书所在服务器能否访问 api.weixin.qq.com（网络、DNS、防火墙、代理），恢复后重新发送。", "Have an administrator check that Yanshu's server reaches api.weixin.qq.com (network, DNS, firewall, proxy), then send again.";
    own_code::LEASE_EXPIRED => Setup, Never, Delivery, OpenSubscriber;
        "发送中断，结果不明", "Interrupted, outcome not known";
        "发送时雁书意外停止，不能确定消息是否已经发出；为避免重复，不会自动重发。", "Yanshu stopped while sending, so the message may or may not have gone out; it is never sent twice by itself.";
        "先向对方确认是否收到，确实没有收到再给他新建通知任务。", "Ask the person whether it arrived; only if not, order a new notice for them.";
    own_code::NO_ANSWER => Platform, Never, Delivery, OpenSubscriber;
        "微信没有应答，结果不明", "No answer, outcome not known";
        "请求已经发出，但没有等到微信的完整应答，不能确定消息是否送出；为避免重复，不会自动重发。", "The call went out but no whole answer came back, so the message may or may not have gone out; it is never sent twice by itself.";
        "先向对方确认是否收到，确实没有收到再给他新建通知任务。", "Ask the person whether it arrived; only if not, order a new notice for them.";
    SkipReason::TooOften as i64 => Audience, Never, Delivery, OpenMiniProgram;
        "近期已发够次数", "Had enough messages lately";
        "这个人近期收到的消息已达到小程序“发送规则”里的频次上限，所以没有发送。", "The person has had as many messages lately as the cap in the mini program's sending rules allows, so nothing was sent.";
        "属正常情况；确实重要的通知可以标为“紧急”，或在“发送规则”里调整上限。", "This is normal; mark a notice that matters as urgent, or change the cap in the sending rules.";
    SkipReason::InvalidData as i64 => Data, Never, Delivery, EditContent;
        "数据不合规则", "Invalid data";
        "这个人的内容不符合模板字段的规则，或缺少一个值（例如占位符没有内容），所以没有发送。", "What would be sent to this person breaks a rule of the template's fields, or a value is missing (such as one for a placeholder), so nothing was sent.";
        "请改正文件里这一行或订阅者的属性，再给这些人新建通知任务。", "Mend the row of the file or the subscriber's attributes, then order a new notice for these people.";
    SkipReason::Refused as i64 => Audience, Never, Delivery, OpenSubscriber;
        "用户已拒绝", "Refused by the person";
        "用户最近一次在订阅弹窗或设置里选择了拒绝，所以没有发送。", "The last thing the person said was no, so nothing was sent.";
        "属正常情况；用户在小程序里重新同意订阅之后就可以发送。", "This is normal; it can be sent once the person accepts again in the mini program.";
    SkipReason::NoGrant as i64 => Audience, Never, Delivery, OpenSubscriber;
        "没有授权额度", "No grant left";
        "用户没有同意过这个模板，或额度已经用完、已留给其他通知任务，所以没有发送。", "The person has not accepted this template, or every acceptance is used or promised to another notice, so nothing was sent.";
        "属正常情况；请在小程序的合适时机再次弹出订阅请求，用户同意一次可发一条。", "This is normal; let the mini program ask again at a good moment: one acceptance, one message.";
    -1 => Platform, Later, Delivery, Wait;
        "微信系统繁忙", "WeChat is busy";
        "微信的服务器暂时繁忙，没有处理这次请求。", "WeChat's servers are busy and did not handle the call.";
        "雁书会自动稍后重试，无需处理。", "Yanshu tries again by itself; there is nothing to do.";
    0 => Platform, Never, Delivery, Wait;
        "微信已接收", "Accepted by WeChat";
        "微信已接收这条消息，是否送达以之后的送达回执为准。", "WeChat accepted the message; whether it arrived is told by the later sent event.";
        "无需处理。", "There is nothing to do.";
}
